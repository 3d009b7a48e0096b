"""The API of outside CRMs: events fetched by cursor, cases, and what was done told once for each key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from openapi_core import OpenAPI
from starlette.datastructures import State

from domain.vocabulary import CaseState, Medium, Template
from pipeline.crm.credentials import rotate_token
from pipeline.crm.publishing import ANSWERS_KEPT, forget_imports, publish_events
from pipeline.desk import Desk
from tests.crm.world import change, happen, numbers, subscribe
from tests.fakes import Clock
from tests.pipeline.answering_units import history, now_is
from tests.pipeline.looking import notices_of
from tests.servers.valkey import ValkeyServer
from tests.web.contract import Contract
from tests.web.serving import Site, serving
from web.crm.access import CALLS, STRANGERS
from web.crm.app import PREFIX, create_api

EXAMPLES = 20
DOCUMENT: dict[str, Any] = create_api(State()).openapi()


@pytest.fixture(scope="module")
def site(shared: Desk, valkey_server: ValkeyServer) -> Iterator[Site]:
    valkey_server.revive()
    shared.settings.redis_url = valkey_server.url()
    steady = replace(shared, now=lambda: shared.now())
    with serving(steady) as running:
        yield running
    steady.engine.dispose()


@pytest.fixture
def client(site: Site, desk: Desk, cases: list[int], valkey_server: ValkeyServer) -> Iterator[httpx.Client]:
    """A CRM that speaks for the unit that has the cases, and calls by its token."""
    valkey_server.flush()
    unit = now_is_id(desk, cases[0]).unit
    for case_id in cases:
        change(desk, case_id, state="assigned", unit=unit, accepted_at=None, closed_at=None)
    token = subscribe(desk, units=[unit])
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{site.url}{PREFIX}", headers=headers, timeout=30) as made:
        yield made


def now_is_id(desk: Desk, case_id: int) -> Any:
    with desk.uow() as uow:
        return uow.cases.get(case_id)


def tell(client: httpx.Client, number: str, key: str = "key-1", **said: Any) -> httpx.Response:
    body = {"state": "resolved", "text": "Çukur kapatıldı."} | said
    return client.post(f"/cases/{number}/status", json=body, headers={"Idempotency-Key": key})


def fetched(client: httpx.Client, **query: Any) -> tuple[list[dict[str, Any]], str]:
    answer = client.get("/events", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    return answer.json(), answer.headers["next-cursor"]


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


@pytest.mark.parametrize(
    ("said", "closed"), [("resolved", CaseState.RESOLVED), ("rejected", CaseState.REJECTED)]
)
def test_an_answer_closes_the_case_and_reaches_its_citizen_once(
    client: httpx.Client, desk: Desk, cases: list[int], said: str, closed: CaseState
) -> None:
    case = now_is_id(desk, cases[0 if said == "resolved" else 1])
    first = tell(client, case.number, state=said, key=said)
    again = tell(client, case.number, state=said, key=said)
    assert first.status_code == 200, first.text
    assert (first.json(), first.json()["case"]["state"]) == (again.json(), closed)
    assert now_is(desk, case).state == closed
    [notice] = [n for n in notices_of(desk, case) if n.template == Template.OUTCOME]
    assert notice.medium == Medium.EMAIL
    with desk.uow() as uow:
        answer = uow.answers.get(notice.values["answer"])
    assert answer is not None
    assert (answer.text, answer.actor) == ("Çukur kapatıldı.", "crm")


def test_what_is_told_comes_back_in_the_feed(client: httpx.Client, desk: Desk, cases: list[int]) -> None:
    [number] = numbers(desk, cases[:1])
    tell(client, number, state="accepted", text="", key="a")
    tell(client, number, state="note", text="Ekip yolda.", key="n")
    tell(client, number, key="r")
    publish_events(desk)
    events, _ = fetched(client)
    assert [event["type"].rpartition(".")[2] for event in events] == ["accepted", "noted", "resolved"]
    assert "Ekip" not in client.get("/events").text


def test_a_case_that_is_given_back_goes_on_by_the_rules_of_units(
    client: httpx.Client, desk: Desk, cases: list[int]
) -> None:
    case = now_is_id(desk, cases[0])
    answer = tell(client, case.number, state="returned", text="Bizim değil.")
    assert answer.json()["case"]["state"] == "in_review"
    assert "unit_returned" in [line.kind for line in history(desk, case)]
    assert tell(client, case.number, key="later").json()["code"] == "unit"


@pytest.mark.parametrize(
    ("label", "columns", "said", "status", "code"),
    [
        ("closed before", {"state": "resolved"}, {}, 409, "late"),
        ("closed before, accepted late", {"state": "resolved"}, {"state": "accepted"}, 409, "late"),
        ("in review", {"state": "in_review"}, {}, 409, "late"),
        ("not as expected", {"state": "reopened"}, {"expected_state": "assigned"}, 409, "moved"),
        ("restricted", {"confidentiality": "restricted"}, {}, 403, "restricted"),
        ("of another unit", {"unit": "iett"}, {}, 403, "unit"),
        ("without words", {}, {"text": " "}, 422, "invalid"),
        ("of tomorrow", {}, {"occurred_at": "2026-11-24T12:00:00Z"}, 422, "invalid"),
        ("without a zone", {}, {"occurred_at": "2026-11-23T12:00:00"}, 422, "invalid"),
        ("of a state that is none", {}, {"state": "opened"}, 422, "invalid"),
        ("with a field too many", {}, {"security_number": "1"}, 422, "invalid"),
    ],
)
def test_what_may_not_be_changes_nothing(
    client: httpx.Client, desk: Desk, cases: list[int], label: str, columns: dict[str, Any],
    said: dict[str, Any], status: int, code: str,
) -> None:  # fmt: skip
    before = change(desk, cases[2], **columns)
    lines = len(history(desk, before))
    answer = tell(client, before.number, key=label, **said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert tell(client, before.number, key=label, **said).json() == answer.json()
    assert now_is(desk, before).state == before.state
    assert len(history(desk, before)) == lines


def test_a_word_from_before_the_case_was_opened_again_is_late(
    client: httpx.Client, desk: Desk, cases: list[int], clock: Clock
) -> None:
    case = change(desk, cases[3], state="reopened")
    happen(desk, (cases[3], "state_changed", {"from": "resolved", "to": "reopened"}))
    before, after = clock.moment - timedelta(hours=1), clock.moment + timedelta(minutes=2)
    clock.step(hours=1)
    answer = tell(client, case.number, occurred_at=before.isoformat(), key="before")
    assert (answer.status_code, answer.json()["code"]) == (409, "late")
    assert answer.json()["errors"] == [
        {"field": "state", "message": "Başvuru şu durumda: İtiraz üzerine yeniden açıldı."}
    ]
    assert tell(client, case.number, occurred_at=after.isoformat(), key="after").status_code == 200


def test_a_key_stands_for_one_body(client: httpx.Client, desk: Desk, cases: list[int], clock: Clock) -> None:
    [number] = numbers(desk, cases[:1])
    assert tell(client, number, state="note").status_code == 200
    answer = tell(client, number, state="note", text="Başka söz.")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")
    without = client.post(f"/cases/{number}/status", json={"state": "note", "text": "x"})
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key")
    clock.moment += ANSWERS_KEPT + timedelta(minutes=1)
    forget_imports(desk)
    assert tell(client, number, state="note", text="Başka söz.").status_code == 200


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
