"""What may be reported: discovery, the list of services, and what each wants to know."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from config.taxonomy import DESK_UNIT
from domain.decisions import DISTRICT_MUNICIPALITY, Topic
from domain.vocabulary import Confidentiality
from web.open311.rendering import SERVICES, Open311Error, listed, single
from web.services import Services, services
from web.templating import say, texts

CHANGESET = "2026-11-28T00:00:00+03:00"
"""Since when the interface is as it is."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_TYPES = {"time": "datetime", "place": "text"}


def discovery(request: Request, form: str) -> Response:
    """Where the interface is and whom to ask for a key."""
    settings = services(request).desk.settings
    row = {
        "changeset": CHANGESET,
        "contact": say("open311", "contact"),
        "key_service": say("open311", "key_service"),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.public_url}/open311/v2",
                "changeset": CHANGESET,
                "type": "test" if settings.development else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return single(row, "discovery", form)


def listing(request: Request, form: str) -> Response:
    """Every topic that is not confidential by itself."""
    served = services(request)
    names = _unit_names(served)
    return listed([_service(topic, names) for topic in public_topics(served).values()], SERVICES, form)


def definition(request: Request, form: str) -> Response:
    """What a service wants to know beside the standard's own fields. 404 for one that there is not."""
    code = request.path_params["code"]
    topic = public_topics(services(request)).get(code)
    if topic is None:
        raise Open311Error(404, "service_unknown")
    row = {"service_code": topic.code, "attributes": attributes(topic)}
    return single(row, "service_definition", form)


def public_topics(served: Services) -> dict[str, Topic]:
    """The topics by code."""
    with served.desk.uow() as uow:
        found = uow.taxonomy.topics()
    return {code: topic for code, topic in found.items() if topic.confidentiality == Confidentiality.PUBLIC}


def attributes(topic: Topic) -> list[dict[str, Any]]:
    """What the topic's unit must know, as far as anybody may be asked for it here; a place always."""
    labels: Mapping[str, str] = texts()["open311_attributes"]
    codes = dict.fromkeys(["place", *topic.needed])
    return [
        {
            "variable": True,
            "code": code,
            "datatype": _TYPES.get(code, "string"),
            "required": False,
            "datatype_description": texts()["open311_about"][code],
            "order": order,
            "description": labels[code],
            "values": [],
        }
        for order, code in enumerate((c for c in codes if c in labels), start=1)
    ]


def _service(topic: Topic, names: Mapping[str, str]) -> dict[str, Any]:
    district = topic.unit == DISTRICT_MUNICIPALITY
    unit = names.get(topic.unit, names.get(DESK_UNIT, ""))
    about = (
        say("open311", "service_about_district") if district else say("open311", "service_about", unit=unit)
    )
    return {
        "service_code": topic.code,
        "service_name": topic.name,
        "description": about,
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(list(topic.words)[:8]),
        "group": texts()["open311_groups"]["district"] if district else unit,
    }


def _unit_names(served: Services) -> dict[str, str]:
    with served.desk.uow() as uow:
        return {code: unit.name for code, unit in uow.taxonomy.units().items()}
