"""What an outside CRM tells of a case counts as its unit's word, once for each key."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.vocabulary import CaseState, Medium, Template
from pipeline.crm.publishing import ANSWERS_KEPT, forget_imports, publish_events
from pipeline.desk import Desk
from tests.crm.calling import fetched, now_is_id, tell
from tests.crm.world import change, happen, numbers
from tests.fakes import Clock
from tests.pipeline.answering_units import history, now_is
from tests.pipeline.looking import notices_of


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
