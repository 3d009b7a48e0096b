"""What anybody may read: the same in both formats, by the standard's parameters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx
import pytest
from georeport import GeoReport  # type: ignore[import-untyped]  # ships no types

from pipeline.desk import Desk
from pipeline.merging import merge
from tests.web.api.fixtures import Calm
from tests.web.forms import query
from tests.web.open311.clients import V2, as_texts, as_values, fixmystreet, numbered, plain, post
from tests.web.serving import Site
from web.open311 import routes

Workers = Callable[[], int]
LISTS = frozenset(
    [
        "services",
        "service_requests",
        "service_request_updates",
        "attributes",
        "values",
        "endpoints",
        "formats",
    ]
)


def two_cases(client: httpx.Client, workers: Workers) -> tuple[str, str]:
    first = numbered(client, workers, plain())
    second = numbered(client, workers, plain(service_code="sokak-aydinlatma", description="Lamba yanmıyor"))
    return first, second


def ids(client: httpx.Client, question: str = "") -> list[str]:
    answer = client.get(f"{V2}/requests.json{question}")
    assert answer.status_code == 200, answer.text
    return [row["service_request_id"] for row in answer.json()]


PATHS = [
    "discovery",
    "services",
    "services/otobus-gecikmesi",
    "requests",
    "requests?extensions=true",
    "requests/FIRST",
    "servicerequestupdates",
]


@pytest.mark.parametrize("path", PATHS)
def test_both_formats_say_the_same(client: httpx.Client, workers: Workers, path: str) -> None:
    first, _ = two_cases(client, workers)
    name, mark, question = path.replace("FIRST", first).partition("?")
    answers = {form: client.get(f"{V2}/{name}.{form}{mark}{question}") for form in ("json", "xml")}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert answers["xml"].headers["content-type"] == "text/xml; charset=utf-8"
    assert answers["json"].headers["content-type"] == "application/json; charset=utf-8"
    assert as_values(ET.fromstring(answers["xml"].content), LISTS) == as_texts(answers["json"].json())


def test_a_request_says_where_it_stands(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    number = numbered(
        client, workers, fixmystreet(description="Çöp konteyneri kırık, Kadıköy Caferağa Mahallesi")
    )
    (row,) = client.get(f"{V2}/requests/{number}.json").json()
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
    assert case is not None
    assert (row["service_request_id"], row["status"]) == (number, "open")
    assert row["status_notes"] == "Başvuru sorumlu birime iletildi."
    assert (row["agency_responsible"], row["service_code"]) == ("Kadıköy Belediyesi", "cop-konteyneri")
    assert row["address"] == "Caferağa, Kadıköy"
    assert row["description"] == "Çöp konteyneri isteği, yeri, onarımı – Caferağa, Kadıköy"
    assert (row["lat"], row["long"]) == (40.988, 29.027)
    assert row["requested_datetime"].endswith("+03:00")
    assert row["expected_datetime"] > row["requested_datetime"]
    query(desk, "UPDATE cases SET state = 'resolved' RETURNING 1")
    assert client.get(f"{V2}/requests/{number}.json").json()[0]["status"] == "closed"


def test_requests_are_found_by_what_the_standard_names(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    first, second = two_cases(client, workers)
    query(desk, f"UPDATE cases SET state = 'resolved' WHERE number = '{second}' RETURNING 1")
    now = desk.now()

    def at(**away: int) -> str:
        return (now + timedelta(**away)).strftime("%Y-%m-%dT%H:%M:%SZ")

    questions = {
        "": [second, first],
        f"?service_request_id={first}": [first],
        f"?service_request_id={first},{second},x": [second, first],
        f"?service_request_id={first}&status=closed": [first],
        "?service_request_id=x": [],
        "?service_code=cop-konteyneri": [first],
        "?service_code=cop-konteyneri,sokak-aydinlatma": [second, first],
        "?status=open": [first],
        "?status=closed": [second],
        "?status=open,closed": [second, first],
        f"?start_date={at(hours=-1)}": [second, first],
        f"?start_date={at(hours=1)}": [],
        f"?end_date={at(hours=-1)}": [],
        f"?start_date={at(hours=-1)}&end_date={at(hours=1)}": [second, first],
        "?start_date=2010-01-01T00:00:00+03:00": [],
        "?start_date=2010-01-01": [],
        f"?updated_after={at(hours=-1)}": [second, first],
        f"?updated_after={at(hours=1)}": [],
        f"?updated_before={at(hours=-1)}": [],
        f"?updated_before={at(hours=1)}": [second, first],
        "?page_size=1": [second],
        "?page_size=1&page=2": [first],
        "?page_size=1&page=3": [],
        "?unknown=1&jurisdiction_id=istanbul": [second, first],
    }
    assert {question: ids(client, question) for question in questions} == questions


def test_updates_come_in_their_order_however_far_apart_they_are(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    two_cases(client, workers)
    apart = "UPDATE case_events SET at = at - interval '1 hour' * (20 - id) * id RETURNING 1"
    query(desk, apart)
    rows = client.get(f"{V2}/servicerequestupdates.json").json()
    times = [row["updated_datetime"] for row in rows]
    assert len(set(times)) >= 4
    assert times == sorted(times)


WRONG = [
    "start_date=gestern",
    "start_date=2026-13-01T00:00:00Z",
    "end_date=9999999999",
    "start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z",
    "updated_after=x",
    "status=waiting",
    "page=0",
    "page=x",
    "page_size=-1",
    "page=%F0%9F%97%91",
    "page=99999",
    "page=52",
]


@pytest.mark.parametrize("question", WRONG)
def test_a_wrong_parameter_is_named(calm: Calm, question: str) -> None:
    answer = calm.client.get(f"{V2}/requests.json?{question}")
    assert (answer.status_code, [row["code"] for row in answer.json()]) == (400, [400])


EDGES = [
    "start_date=0001-01-01T00:00:00Z",
    "end_date=9999-12-31T23:59:59Z",
    "end_date=0001-01-02",
    "page=51",
    "service_code=a%00b",
]


@pytest.mark.parametrize("question", EDGES)
def test_what_lies_beyond_every_edge_finds_nothing(calm: Calm, question: str) -> None:
    assert ids(calm.client, f"?{question}") == []


MISSING = ["requests/2026-0000001-0.json", "requests/x.xml", "requests/%00.json", "services/yok.json",
           "requests.html", "requests", "nothing.json", "tokens/a.b.c.json"]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_what_there_is_not_is_not_found(calm: Calm, path: str) -> None:
    answer = calm.client.get(f"{V2}/{path}")
    assert answer.status_code == 404
    assert "<errors>" in answer.text or answer.json()[0]["code"] == 404


def test_a_service_asks_for_what_its_topic_needs_and_never_for_an_identity_number(
    calm: Calm,
) -> None:
    listed = calm.client.get(f"{V2}/services.json").json()
    codes = {service["service_code"] for service in listed}
    assert "cop-toplama" in codes
    assert not codes & {"kadin-siddet", "personel-sikayeti", "kacak-su"}
    definition = calm.client.get(f"{V2}/services/otobus-gecikmesi.json").json()
    asked = [(a["code"], a["datatype"], a["order"]) for a in definition["attributes"]]
    assert asked == [("place", "text", 1), ("line", "string", 2), ("time", "datetime", 3)]
    card = calm.client.get(f"{V2}/services/indirimli-ucretsiz-kart.json").json()
    assert [a["code"] for a in card["attributes"]] == ["place", "transport_card"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_public_client_library_reads_us(
    site: Site, client: httpx.Client, workers: Workers, form: str
) -> None:
    first, second = two_cases(client, workers)
    library = GeoReport(f"{site.url}{V2}", jurisdiction="istanbul", output_format=form)
    assert len(library.get_service_list()) > 100
    assert library.get_service_definition("cop-toplama")["service_code"] == "cop-toplama"
    found = library.get_service_requests(service_request_id=f"{first},{second}")
    assert [row["service_request_id"] for row in found] == [second, first]
    assert library.get_service_request(first)["status"] == "open"


def test_other_sites_maps_may_read_and_not_write(calm: Calm) -> None:
    origin = {"Origin": "https://harita.example"}
    assert (
        calm.client.get(f"{V2}/services.json", headers=origin).headers["access-control-allow-origin"] == "*"
    )
    refused = post(calm.client, plain(), **origin)
    assert (refused.status_code, refused.json()[0]["code"]) == (403, 403)
    assert "access-control-allow-origin" not in refused.headers


def test_one_address_reads_only_so_often_v2(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "READS", replace(routes.READS, times=2))
    answers = [client.get(f"{V2}/{path}.json") for path in ("services", "requests", "requests", "discovery")]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["requests.json", "services.xml"])
def test_a_wrong_method_is_told(calm: Calm, path: str) -> None:
    answer = calm.client.delete(f"{V2}/{path}")
    assert (answer.status_code, "GET" in answer.headers["allow"]) == (405, True)


def test_a_merged_request_stands_where_the_other_one_does(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    kept = numbered(client, workers, plain(phone="0532 123 45 67"))
    number = numbered(client, workers, plain(phone="0532 123 45 67", description="Çöp konteyneri taşıyor"))
    merge(desk, number, kept, actor="operator:ayse")
    (row,) = client.get(f"{V2}/requests/{number}.json").json()
    assert (row["service_request_id"], row["status"]) == (number, "open")
    assert ids(client, "?status=open") == [number, kept]
    assert ids(client, "?status=closed") == []
    updates = client.get(f"{V2}/servicerequestupdates.json").json()
    assert {row["status"] for row in updates} == {"open"}
