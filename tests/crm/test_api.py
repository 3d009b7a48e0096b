"""The API of outside CRMs: events fetched by cursor, cases, and who may call how often."""

from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from openapi_core import OpenAPI
from starlette.datastructures import State

from pipeline.crm.credentials import rotate_token
from pipeline.crm.publishing import publish_events
from pipeline.desk import Desk
from tests.crm.calling import fetched, now_is_id, tell
from tests.crm.world import change, happen, numbers
from tests.web.contract import Contract
from tests.web.serving import Site
from web.crm.access import CALLS, STRANGERS
from web.crm.app import PREFIX, create_api

EXAMPLES = 20
DOCUMENT: dict[str, Any] = create_api(State()).openapi()


def test_events_are_fetched_page_by_page_and_each_once(
    client: httpx.Client, desk: Desk, cases: list[int]
) -> None:
    happen(desk, *((case, "unit_noted") for case in cases))
    publish_events(desk)
    seen, cursor = [], ""
    while True:
        answer = client.get("/events", params={"cursor": cursor, "limit": 2})
        seen += [event["subject"] for event in answer.json()]
        cursor = answer.headers["next-cursor"]
        if "next" not in answer.links:
            break
    assert seen == numbers(desk, cases)
    assert fetched(client, cursor=cursor) == ([], cursor)
    happen(desk, (cases[0], "merged"))
    publish_events(desk)
    [late], _ = fetched(client, cursor=cursor)
    assert late["type"].endswith(".case.merged")


def test_every_event_is_one_that_the_cloudevents_library_takes(
    client: httpx.Client, desk: Desk, cases: list[int]
) -> None:
    happen(desk, *((case, "assigned", {"unit": "iski", "topic": "rogar-acik"}) for case in cases))
    publish_events(desk)
    for one in client.get("/events").json():
        body = httpx.Response(200, json=one).content
        message = HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=body)
        assert from_http_event(message).get_extension("sequence") == one["sequence"]


@pytest.mark.parametrize("types", ["merged", "example.buyuksehir.beyazmasa.case.merged", "merged, opened"])
def test_types_are_named_short_or_as_they_travel(
    client: httpx.Client, desk: Desk, cases: list[int], types: str
) -> None:
    happen(desk, (cases[0], "assigned"), (cases[0], "merged"))
    publish_events(desk)
    events, cursor = fetched(client, types=types)
    assert [event["type"].rpartition(".")[2] for event in events] == ["merged"]
    assert fetched(client, types=types, cursor=cursor)[0] == []


@pytest.mark.parametrize("query", ["cursor=x", "cursor=99999999999999999999", "limit=0", "types=nonsense"])
def test_a_question_that_makes_no_sense_is_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/events?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["type"] == f"{PREFIX}/docs#invalid"


def test_a_case_is_shown_and_a_restricted_one_by_its_state_alone(
    client: httpx.Client, desk: Desk, cases: list[int]
) -> None:
    [number] = numbers(desk, cases[:1])
    shown = client.get(f"/cases/{number}").json()
    assert (shown["number"], shown["state"], shown["unit"]) == (
        number,
        "assigned",
        now_is_id(desk, cases[0]).unit,
    )
    change(desk, cases[0], confidentiality="restricted")
    assert set(client.get(f"/cases/{number}").json()) == {"number", "state", "confidentiality"}


@pytest.mark.parametrize("number", ["2026-9999999-9", "none", "%0A", "2026-0000001-1"])
def test_a_case_that_is_none_is_not_found(client: httpx.Client, number: str) -> None:
    assert client.get(f"/cases/{number}").json()["code"] == "not_found"
    assert tell(client, number).json()["code"] == "not_found"


def test_a_token_that_is_void_opens_nothing_and_guessing_is_limited(
    client: httpx.Client, desk: Desk, cases: list[int]
) -> None:
    rotate_token(desk, "is-takip")
    answer = client.get("/events")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/events", headers={b"Authorization": "Bearer ğ".encode()}).status_code == 401
    for _ in range(STRANGERS.times):
        answer = client.get("/events", headers={"Authorization": "Bearer guess"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")


def test_who_calls_too_often_is_told_to_wait(
    client: httpx.Client, site: Site, desk: Desk, cases: list[int]
) -> None:
    with desk.uow() as uow:
        [mine] = uow.crm_subscribers.all()
    while site.services.limits.hit(CALLS, str(mine.id)):
        pass
    assert client.get("/events").status_code == 429


def test_every_call_answers_as_the_document_says_whatever_comes(
    client: httpx.Client, site: Site, desk: Desk, cases: list[int]
) -> None:
    happen(desk, *((case, "unit_noted") for case in cases))
    publish_events(desk)
    token = {"Authorization": client.headers["authorization"]}
    contract = Contract(DOCUMENT, f"{site.url}{PREFIX}", token)
    contract.is_kept_whatever_comes(EXAMPLES)
    contract.is_kept_by("/events", "GET")


def test_the_document_is_openapi_3_1_and_the_manual_names_its_problems(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.from_dict(document)
    for calls in document["paths"].values():
        for call in calls.values():
            assert call["security"]
            assert {"401", "429", "503"} <= set(call["responses"])
    manual = client.get("/docs").text
    assert f"GET {PREFIX}/events" in manual
    assert 'id="late"' in manual
    assert client.get("/nothing").json()["code"] == "not_found"
