"""A citizen's own cases: theirs, whole, in plain words, and nobody else's."""

from collections.abc import Callable

import httpx
import pytest

from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.merging import merge
from tests.fakes import add_account, make_message
from tests.web.api.app import AT_ONCE, KEY, PHONE, code_sent, report, send, verified
from tests.web.forms import query

Workers = Callable[[], int]
ME = "/api/v1/me/cases"


def number_of(client: httpx.Client, key: str = "key-1", **given: object) -> str:
    return str(send(client, key=key, body=report(**given)).json()["number"])


def opened(client: httpx.Client, workers: Workers, key: str = "key-1", **given: object) -> str:
    send(client, key=key, body=report(**given))
    workers()
    return number_of(client, key, **given)


def as_citizen(token: str) -> dict[str, str]:
    return KEY | AT_ONCE | {"Citizen-Token": token}


def test_one_s_own_cases_are_listed_newest_first_with_their_timeline(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    first = opened(client, workers)
    second = opened(client, workers, "key-2", text="Moda Caddesi'nde sokak lambası yanmıyor")
    opened(client, workers, "key-3", contact={"phone": "0532 999 99 99"})
    token = verified(client, desk)
    listed = client.get(ME, headers=as_citizen(token)).json()
    assert [case["number"] for case in listed["cases"]] == [second, first]
    page = client.get(f"{ME}?limit=1&offset=1", headers=as_citizen(token)).json()
    assert ([case["number"] for case in page["cases"]], page["more"]) == ([first], False)
    one = client.get(f"{ME}/{first}", headers=as_citizen(token)).json()
    assert (one["state"], one["state_text"], one["unit"]) == ("assigned", "Birimde", "Kadıköy Belediyesi")
    assert [line["text"] for line in one["timeline"]] == [
        "Başvurunuz kaydedildi.",
        "Başvurunuz iletildi: Kadıköy Belediyesi.",
    ]
    assert one["expected_at"] > one["opened_at"]


def test_nothing_of_a_citizen_is_kept_on_the_way(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    number = opened(client, workers)
    asked = client.post("/api/v1/verifications", json={"phone": PHONE}, headers=KEY)
    code = {"code": code_sent(desk)}
    proven = client.post(f"/api/v1/verifications/{asked.json()['id']}", json=code, headers=KEY)
    mine = as_citizen(proven.json()["token"])
    read = [client.get(path, headers=mine) for path in (ME, f"{ME}/{number}", f"{ME}/x")]
    gone = client.delete("/api/v1/me/session", headers=mine)
    for each in (asked, proven, *read, gone):
        assert each.headers.get("cache-control") == "no-store", each.url


FOREIGN = ["2026-0000000-0", "x", "%00", "' OR 1=1 --"]


@pytest.mark.parametrize("number", ["OTHER", *FOREIGN])
def test_another_s_case_is_as_unknown_as_none(
    client: httpx.Client, desk: Desk, workers: Workers, number: str
) -> None:
    foreign = opened(client, workers, contact={"phone": "0532 999 99 99"})
    token = verified(client, desk)
    asked = number.replace("OTHER", foreign)
    answer = client.get(f"{ME}/{asked}", headers=as_citizen(token))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    headers = as_citizen(token) | {"Idempotency-Key": "k"}
    refused = client.post(f"{ME}/{asked}/messages", json={"text": "a"}, headers=headers)
    assert (refused.status_code, refused.json()) == (404, answer.json())


def test_a_further_message_joins_its_case_once(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    number = opened(client, workers)
    token = verified(client, desk)
    headers = as_citizen(token) | {"Idempotency-Key": "more-1"}
    for _ in range(2):
        sent = client.post(f"{ME}/{number}/messages", json={"text": "Hâlâ alınmadı"}, headers=headers)
        assert sent.status_code == 202, sent.text
    assert workers() == 1
    again = client.post(f"{ME}/{number}/messages", json={"text": "Hâlâ alınmadı"}, headers=headers)
    assert (again.status_code, again.json()["number"]) == (201, number)
    other = client.post(f"{ME}/{number}/messages", json={"text": "Başka"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        added = [e for e in uow.cases.history(case.id or 0) if e.kind == CaseEventKind.MESSAGE_ADDED]
    assert [(event.actor, event.detail["from_citizen"]) for event in added] == [("citizen", True)]


def test_a_typed_phone_joins_nobody_s_case_by_its_number(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    number = opened(client, workers)
    other = opened(client, workers, "key-2", text=f"{number} numaralı başvurum hakkında")
    assert other != number
    assert query(desk, "SELECT count(*) FROM cases") == [2]


def test_a_proven_phone_is_the_sender_whatever_the_app_says(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    token = verified(client, desk)
    wrong = send(client, body=report(contact={"phone": "0532 999 99 99"}), **{"Citizen-Token": token})
    assert wrong.json()["errors"][0]["field"] == "contact.phone"
    assert send(client, body=report(contact={}), **{"Citizen-Token": token}).status_code == 202
    workers()
    assert query(desk, "SELECT sender, headers->>'verified' FROM messages") == [("tel:+905321234567", "1")]


def test_a_case_by_another_channel_is_theirs_too_when_it_came_from_the_phone(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    account = add_account(desk, Channel.HTTP)
    message = make_message(channel=Channel.HTTP, sender=Urn("tel", "+905321234567"))
    accept(desk, Intake(items=[(account, message)]))
    workers()
    token = verified(client, desk)
    assert len(client.get(ME, headers=as_citizen(token)).json()["cases"]) == 1


def test_of_a_restricted_case_only_its_state_is_told(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    number = opened(client, workers)
    query(desk, "UPDATE cases SET confidentiality = 'restricted' RETURNING 1")
    one = client.get(f"{ME}/{number}", headers=as_citizen(verified(client, desk))).json()
    assert (one["subject"], one["topic"], one["unit"], one["state"]) == ("", "", "", "assigned")
    assert "Kadıköy" not in str(one)


def test_who_has_a_number_after_somebody_else_reads_nothing_of_theirs(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    """Operators give a number away again some months after it was given back."""
    number = opened(client, workers)
    token = verified(client, desk)
    for days, told in ((80, True), (100, False)):
        closed = f"state = 'resolved', closed_at = now() - interval '{days} days'"
        query(desk, f"UPDATE cases SET {closed} RETURNING 1")
        [listed] = client.get(ME, headers=as_citizen(token)).json()["cases"]
        one = client.get(f"{ME}/{number}", headers=as_citizen(token)).json()
        for each in (listed, one):
            assert [bool(each[name]) for name in ("subject", "topic", "unit")] == [told] * 3
        assert ("Kadıköy" in str(one)) is told


def test_a_closed_case_says_so(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    number = opened(client, workers)
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        uow.cases.move(
            case.id or 0, CaseState.ASSIGNED, CaseState.RESOLVED, actor="t", why="", now=desk.now()
        )
        uow.commit()
    one = client.get(f"{ME}/{number}", headers=as_citizen(verified(client, desk))).json()
    assert one["timeline"][-1]["text"] == "Başvurunuz sonuçlandı."


def test_a_merged_case_stands_where_the_other_one_does(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    kept = opened(client, workers)
    number = opened(client, workers, "key-2", text="Çöp konteyneri hâlâ alınmadı, sokak leş gibi kokuyor")
    merge(desk, number, kept, actor="operator:ayse")
    token = verified(client, desk)
    one = client.get(f"{ME}/{number}", headers=as_citizen(token)).json()
    assert (one["number"], one["state"], one["closed_at"]) == (number, "assigned", None)
    assert f"{kept}" in one["timeline"][-1]["text"]
    listed = client.get(ME, headers=as_citizen(token)).json()["cases"]
    assert {(case["number"], case["state"]) for case in listed} == {(number, "assigned"), (kept, "assigned")}
