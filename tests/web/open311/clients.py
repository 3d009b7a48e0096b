"""Posts as real clients make them, and what became of them."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx

from pipeline.seed import DEVELOPMENT_KEY
from tests.fakes import RUBBISH

V2 = "/open311/v2"
AT_ONCE = {"Prefer": "wait=0"}
Fields = dict[str, Any]


def plain(**given: Any) -> Fields:
    """A post that has just what the standard wants, changed by what is given; None leaves a field out."""
    usual: Fields = {
        "api_key": DEVELOPMENT_KEY,
        "service_code": "cop-konteyneri",
        "lat": "40.98764",
        "long": "29.02713",
        "description": RUBBISH,
    }
    return {name: value for name, value in (usual | given).items() if value is not None}


def fixmystreet(**given: Any) -> Fields:
    """As FixMyStreet's sender writes it, with the extras of a council that asks for many."""
    return plain(
        **{
            "address_id": "#NOTPINPOINTED#",
            "jurisdiction_id": "istanbul",
            "email": "ayse@eposta.example",
            "first_name": "Ayşe",
            "last_name": "Yılmaz",
            "phone": "+90 532 123 45 67",
            "deviceid": "fms-1",
            "attribute[easting]": "529090",
            "attribute[northing]": "179645",
            "attribute[fixmystreet_id]": "4711",
            "attribute[uprn]": "100012",
            "attribute[place]": "parkın karşısı",
        }
        | given
    )


def helsinki(**given: Any) -> Fields:
    """As the city app of Helsinki writes it: a title, and its photo in a part named `media`."""
    return plain(**{"title": "Çöp", "first_name": "Ayşe", "email": "ayse@eposta.example"} | given)


def post(
    client: httpx.Client, fields: Fields, form: str = "json", *, files: Any = None, **headers: str
) -> httpx.Response:
    """Send a report."""
    return client.post(f"{V2}/requests.{form}", data=fields, files=files, headers=AT_ONCE | headers)


def numbered(client: httpx.Client, workers: Callable[[], int], fields: Fields, **more: Any) -> str:
    """Send a report, let the workers work, follow its token; returns its number."""
    sent = post(client, fields, **more)
    assert sent.status_code == 200, sent.text
    assert workers() == 1
    token = sent.json()[0]["token"]
    return str(client.get(f"{V2}/tokens/{token}.json").json()[0]["service_request_id"])


def as_values(element: ET.Element, lists: frozenset[str]) -> Any:
    """What an XML answer says, as the JSON one says it: texts for all scalars."""
    children = list(element)
    if element.tag in lists:
        return [as_values(child, lists) for child in children]
    if children:
        return {child.tag: as_values(child, lists) for child in children}
    return element.text or ""


def as_texts(value: Any) -> Any:
    """A JSON answer with every scalar as XML writes it."""
    if isinstance(value, dict):
        return {name: as_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_texts(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
