"""Polling NetGSM (its OpenAPI): messages without ids in overlapping windows; G3, S2, E3, W4."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from connectors.sms.netgsm import NetgsmSms
from connectors.sms.parsing import SmsParser
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)
from domain.messages import InboundMessage, Unreadable
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.servers.netgsm import NetgsmServer
from tests.servers.standin import Fault, json_answer

CITIZEN = "5320000001"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def polled(desk: NetgsmSms, cursor: str = "") -> tuple[list[InboundMessage], str]:
    """Poll until there is no more; every message that is new to its key, as the database keeps them."""
    kept: dict[str, InboundMessage] = {}
    while True:
        batch = desk.poll(cursor)
        for message in messages(batch.items):
            kept.setdefault(message.external_id, message)
        cursor = batch.cursor
        if not batch.more:
            return [*kept.values()], cursor


def test_windows_overlap_and_dates_are_always_given(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    """Without dates NetGSM lists each message once only: a lost answer would lose them."""
    _, cursor = polled(netgsm)
    netgsm_server.clock += 10 * MINUTE
    polled(netgsm, cursor)
    asked = [call.query for call in netgsm_server.calls if call.path.endswith("inbox")]
    assert asked[-1] == {"startdate": "04052026113000", "stopdate": "04052026124000"}
    assert all(set(query) == {"startdate", "stopdate"} for query in asked)
    assert netgsm_server.listed_once == set()


def test_a_message_seen_by_several_windows_is_one(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    netgsm_server.receive(CITIZEN, "bir kere")
    ids, cursor = set(), ""
    for _ in range(4):
        found, cursor = polled(netgsm, cursor)
        ids |= {message.external_id for message in found}
        netgsm_server.clock += 10 * MINUTE
    assert len(ids) == 1


EQUALS: list[tuple[str, list[tuple[str, str, int]], int]] = [
    ("the same second, person and words", [(CITIZEN, "tamam", 0)] * 3, 3),
    ("a second later", [(CITIZEN, "tamam", 0), (CITIZEN, "tamam", 1)], 2),
    ("somebody else", [(CITIZEN, "tamam", 0), ("5320000002", "tamam", 0)], 2),
    ("other words", [(CITIZEN, "tamam", 0), (CITIZEN, "tamam.", 0)], 2),
]


@pytest.mark.parametrize(("label", "sent", "count"), EQUALS, ids=[r[0] for r in EQUALS])
def test_messages_are_told_apart_and_found_again_in_any_order(
    label: str,
    sent: list[tuple[str, str, int]],
    count: int,
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
) -> None:
    """S2: who, to whom, when, what, and the number among equals."""
    for sender, text, seconds in sent:
        at = netgsm_server.clock - MINUTE + timedelta(seconds=seconds)
        netgsm_server.receive(sender, text, at=at)
    seen = set()
    for order in permutations(netgsm_server.inbox):
        netgsm_server.inbox = [*order]
        found, _ = polled(netgsm)
        assert len(found) == count
        seen.add(frozenset(message.external_id for message in found))
    assert len(seen) == 1


def test_an_equal_that_becomes_visible_later_is_one_more(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    netgsm_server.receive(CITIZEN, "tamam")
    first, cursor = polled(netgsm)
    netgsm_server.receive(CITIZEN, "tamam")
    second, _ = polled(netgsm, cursor)
    assert {m.external_id for m in first} < {m.external_id for m in second}
    assert len(second) == 2


def test_a_stored_original_reads_the_same_again(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    """G3."""
    for _ in range(2):
        netgsm_server.receive(CITIZEN, "Kadıköy'de su yok")
    for message in messages(netgsm.poll("").items):
        assert SmsParser().parse(message.raw) == [message]


def test_messages_come_oldest_first(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    for minutes in (3, 1, 2):
        netgsm_server.receive(CITIZEN, str(minutes), at=netgsm_server.clock - minutes * MINUTE)
    assert [m.text for m in messages(netgsm.poll("").items)] == ["3", "2", "1"]


def test_an_outage_of_any_length_is_caught_up_in_small_windows(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    """E3."""
    _, cursor = polled(netgsm)
    for hour in range(24 * 10):
        netgsm_server.clock += HOUR
        netgsm_server.receive(CITIZEN, str(hour))
    netgsm_server.calls.clear()
    found, _ = polled(netgsm, cursor)
    assert [m.text for m in found] == [str(hour) for hour in range(24 * 10)]
    form = "%d%m%Y%H%M%S"
    windows = [c.query for c in netgsm_server.calls if c.path.endswith("inbox")]
    lengths = [_at(q["stopdate"], form) - _at(q["startdate"], form) for q in windows]
    assert max(lengths) <= 8 * HOUR
    assert len(windows) == 40


def _at(stamp: str, form: str) -> datetime:
    return datetime.strptime(stamp, form).replace(tzinfo=UTC)


def test_the_first_poll_takes_what_is_young_enough_only(
    build_netgsm: Build, netgsm_server: NetgsmServer
) -> None:
    now = netgsm_server.clock
    netgsm_server.receive(CITIZEN, "çoktan bitti", at=now - 30 * HOUR)
    netgsm_server.receive(CITIZEN, "bugün", at=now - 3 * HOUR)
    assert [m.text for m in polled(build_netgsm(first_poll_hours=24))[0]] == ["bugün"]
    assert polled(build_netgsm(first_poll_hours=1))[0] == []


def test_a_clock_that_was_ahead_loses_nothing(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    right = netgsm_server.clock
    netgsm_server.clock = right + timedelta(days=3)
    _, cursor = polled(netgsm)
    netgsm_server.clock = right + 5 * MINUTE
    netgsm_server.receive(CITIZEN, "şimdi")
    found, cursor = polled(netgsm, cursor)
    assert [m.text for m in found] == ["şimdi"]
    netgsm_server.clock += 5 * MINUTE
    netgsm_server.receive(CITIZEN, "sonra")
    assert "sonra" in [m.text for m in polled(netgsm, cursor)[0]]


@pytest.mark.parametrize("overlap", [1, 60, 24 * 60])
def test_every_overlap_makes_progress(overlap: int, build_netgsm: Build, netgsm_server: NetgsmServer) -> None:
    desk = build_netgsm(poll_overlap_minutes=overlap)
    _, cursor = polled(desk)
    netgsm_server.clock += timedelta(days=5)
    netgsm_server.receive(CITIZEN, "son")
    assert "son" in [m.text for m in polled(desk, cursor)[0]]


def test_a_bad_item_is_quarantined_alone(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    """W4."""
    for n in range(59):
        netgsm_server.receive(CITIZEN, str(n))
    bad = netgsm_server.receive(CITIZEN, {"parça": 1})
    items = netgsm.poll("").items
    assert len([i for i in items if isinstance(i, InboundMessage)]) == 59
    (unreadable,) = [i for i in items if isinstance(i, Unreadable)]
    assert json.loads(unreadable.raw)["netgsm"] == bad
    assert [i.external_id for i in netgsm.poll("").items] == [i.external_id for i in items]


STRANGE = [
    b"<html>",
    b"[]",
    b"{}",
    b"",
    b'{"code":"00"}',
    b'{"code":"00","messages":[{"message":"yar',
    b'{"code":"00","messages":[{"message":"[a]"},{"message":"a "b""},{"mes',
    b'{"code":"00","messages":[{"message":"a "b""}]',
    b'{"code":"00","messages":[{"message":"a "b""}]}<html>',
    b'{"code":"00","messages":7}',
]


@pytest.mark.parametrize("body", STRANGE, ids=repr)
def test_an_answer_that_is_no_inbox_is_tried_again(
    body: bytes, netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    netgsm_server.answer_next(200, body)
    with pytest.raises(ConnectionFailedError):
        netgsm.poll("")


def test_nothing_to_list_is_no_error(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    assert netgsm.poll("").items == []
    netgsm_server.fail_next(Fault(answer=json_answer(200, {"code": "00", "messages": None})))
    assert netgsm.poll("").items == []


REFUSALS: list[tuple[str, type[Exception]]] = [
    ("30", CredentialsRejectedError),
    ("70", PermanentError),
    ("80", ThrottledError),
    ("100", ConnectionFailedError),
    ("101", ConnectionFailedError),
    ("5000", PermanentError),
]


@pytest.mark.parametrize("status", [200, 406])
@pytest.mark.parametrize(("code", "expected"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_a_refused_poll_is_told_by_its_class_and_moves_no_cursor(
    code: str, expected: type[Exception], status: int, netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    netgsm_server.receive(CITIZEN, "bekle")
    netgsm_server.fail_next(Fault(answer=json_answer(status, {"code": code, "messages": None})))
    with pytest.raises(expected) as refusal:
        netgsm.poll("")
    assert type(refusal.value) is expected
    assert [m.text for m in polled(netgsm)[0]] == ["bekle"]


def test_a_cursor_that_is_not_ours_stops_the_account_loudly(netgsm: NetgsmSms) -> None:
    for cursor in ("{", "7", '{"until": 7}', '{"until": "x", "not_before": "2026-01-01"}', "[]"):
        with pytest.raises(PermanentError, match="cursor"):
            netgsm.poll(cursor)


def test_the_check_knows_password_and_header(build_netgsm: Build, netgsm_server: NetgsmServer) -> None:
    build_netgsm().check()
    assert [(c.method, c.path) for c in netgsm_server.calls] == [("GET", "/sms/rest/v2/msgheader")]
    with pytest.raises(NotConfiguredError, match="headers registered"):
        build_netgsm(sender="BASKASI").check()
    with pytest.raises(CredentialsRejectedError):
        build_netgsm(password="yanlis-sifre-1").check()
    for body in (b"<html>", b"[]", b'{"code":"00"}'):
        netgsm_server.answer_next(200, body)
        with pytest.raises(ConnectionFailedError):
            build_netgsm().check()
