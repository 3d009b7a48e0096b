"""Outages, refusals and other readers of a polled bot: T2, T3; tests 23, 29 of docs/acceptance.md."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from connectors.telegram import TelegramConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from tests.connectors.building import NOW, Build
from tests.connectors.polling import drain, texts
from tests.connectors.refusals import refused_as
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import TelegramServer

HOUR = timedelta(hours=1)

OUTAGES = [("an hour", 1, False), ("nineteen hours", 19, False), ("a day", 25, True), ("a week", 168, True)]


@pytest.mark.parametrize(("label", "hours", "told"), OUTAGES, ids=[r[0] for r in OUTAGES])
def test_an_outage_near_the_day_telegram_keeps_messages_is_told_once(
    label: str, hours: int, told: bool, build: Build, server: TelegramServer
) -> None:
    clock = [NOW]
    desk = build(now=lambda: clock[0])
    _, cursor = drain(desk)
    clock[0] += hours * HOUR
    server.receive("dayandı")
    batch = desk.poll(cursor)
    assert texts(batch.items) == ["dayandı"]
    assert (batch.trouble is not None) is told
    assert desk.poll(batch.cursor).trouble is None


def test_a_quiet_bot_that_is_read_all_the_time_never_seems_neglected(
    build: Build, server: TelegramServer
) -> None:
    clock = [NOW]
    desk = build(now=lambda: clock[0])
    _, cursor = drain(desk)
    for _ in range(40):
        clock[0] += HOUR
        batch = desk.poll(cursor)
        assert batch.trouble is None
        cursor = batch.cursor


S = timedelta(seconds=1)

ANSWERS: list[tuple[str, int, Any, dict[str, str], type[DeskError], timedelta | None]] = [
    ("429 in the body", 429, {"ok": False, "parameters": {"retry_after": 17}}, {}, ThrottledError, 17 * S),
    ("429 in the header", 429, {"ok": False}, {"Retry-After": "9"}, ThrottledError, 9 * S),
    ("429 as a date", 429, {}, {"Retry-After": "Mon, 04 May 2026 09:31:00 GMT"}, ThrottledError, 60 * S),
    ("429 of zero", 429, {"ok": False, "parameters": {"retry_after": 0}}, {}, ThrottledError, 0 * S),
    ("429 without a word", 429, "", {}, ThrottledError, None),
    ("429 as ok false", 200, {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}, {},
     ThrottledError, 3 * S),
    ("500", 500, {"ok": False, "description": "Internal Server Error"}, {}, ConnectionFailedError, None),
    ("502 of a proxy", 502, "<html>", {}, ConnectionFailedError, None),
    ("503 with a wait", 503, {}, {"Retry-After": "4"}, ConnectionFailedError, 4 * S),
    ("401", 401, {"ok": False, "description": "Unauthorized"}, {}, CredentialsRejectedError, None),
    ("404", 404, {"ok": False, "description": "Not Found"}, {}, CredentialsRejectedError, None),
    ("403", 403, {"ok": False}, {}, CredentialsRejectedError, None),
    ("400", 400, {"ok": False, "description": "Bad Request: x"}, {}, PermanentError, None),
    ("moved", 302, "", {"Location": "https://elsewhere.example/"}, NotConfiguredError, None),
    ("no JSON", 200, "merhaba", {}, ConnectionFailedError, None),
    ("no object", 200, [1], {}, ConnectionFailedError, None),
    ("no result", 200, {"ok": True}, {}, ConnectionFailedError, None),
    ("another result", 200, {"ok": True, "result": {"a": 1}}, {}, ConnectionFailedError, None),
    ("ok but not true", 200, {"ok": "yes", "result": []}, {}, ConnectionFailedError, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "status", "body", "headers", "expected", "wait"), ANSWERS, ids=[r[0] for r in ANSWERS]
)
def test_every_refusal_has_its_class_and_its_wait_and_moves_no_cursor(
    label: str,
    status: int,
    body: Any,
    headers: dict[str, str],
    expected: type[DeskError],
    wait: timedelta | None,
    desk: TelegramConnector,
    server: TelegramServer,
) -> None:
    server.receive("bekle")
    server.fail_next(Fault(answer=json_answer(status, body, **headers)))
    refused_as(lambda: desk.poll(""), expected, wait)
    assert drain(desk)[0] == ["bekle"]


@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100_000, b'{"ok": tr'])
def test_an_answer_that_is_no_json_is_asked_for_again(
    body: bytes, desk: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("bekle")
    server.answer_next(200, body)
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert drain(desk)[0] == ["bekle"]


BROKEN = [("silence", Fault(silent=True)), ("a broken connection", Fault(drop=True))]


@pytest.mark.parametrize(("label", "fault"), BROKEN, ids=[r[0] for r in BROKEN])
def test_a_poll_that_breaks_off_is_made_again(
    label: str, fault: Fault, build: Build, server: TelegramServer
) -> None:
    desk = build(timeout_seconds=1.0)
    server.receive("bekle")
    server.fail_next(fault)
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert drain(desk)[0] == ["bekle"]


def test_a_revoked_token_says_so_and_a_new_one_goes_on(build: Build, server: TelegramServer) -> None:
    server.receive("bekle")
    with pytest.raises(CredentialsRejectedError):
        build(token=f"{7000000001}:baska-jeton-0123456789abcdefghijkl").poll("")
    assert drain(build())[0] == ["bekle"]


def test_a_second_poller_is_named_and_nothing_is_lost(build: Build, server: TelegramServer) -> None:
    ours, theirs = build(), build()
    _, cursor = drain(ours)
    waiter = threading.Thread(target=ours.wait, args=(50,))
    waiter.start()
    with server._news:
        server._news.wait_for(lambda: b"timeout=50" in server.calls[-1].body, timeout=10)
    theirs.poll("")
    waiter.join(20)  # our long poll was ended by theirs
    server.receive("bana")
    batch = ours.poll(cursor)
    assert texts(batch.items) == ["bana"]
    assert isinstance(batch.trouble, TransientError)  # what came is taken, and the conflict is still told
    assert "another program" in str(batch.trouble)
    ours.wait(50)  # no second waiting while somebody may be there


def test_a_conflict_is_raised_until_a_whole_probe_passes_in_peace(
    desk: TelegramConnector, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.telegram.connector._PROBE", 1)
    conflict = json_answer(409, {"ok": False, "description": "Conflict: terminated by other getUpdates"})
    server.fail_next(Fault(answer=conflict), Fault(answer=conflict))
    for _ in range(2):
        with pytest.raises(TransientError, match="409"):
            desk.poll("")
    batch = desk.poll("")
    assert batch.trouble is None
    assert b"timeout=1" in server.calls[-1].body
    desk.poll(batch.cursor)
    assert b"timeout=0" in server.calls[-1].body


def test_a_bot_with_a_webhook_cannot_be_polled_and_says_why(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    server.webhook = {"url": "https://elsewhere.example/hook"}
    with pytest.raises(TransientError, match="webhook"):
        desk.poll("")
