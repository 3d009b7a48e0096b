"""Long polling with our own offset: T2, T3, T4; tests 19, 23 of docs/acceptance.md."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import PollConnector, Waiting
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
from domain.messages import Unreadable
from tests.connectors.telegram.accounts import NOW, Build, call, messages, texts
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import SECRET, TelegramServer

HOUR = timedelta(hours=1)


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """Poll until there is no more; the texts in order, and the last cursor."""
    found: list[str] = []
    while True:
        batch = connector.poll(cursor)
        found += texts(batch.items)
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def test_what_came_is_handed_over_in_order_and_asked_for_by_kind(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    for number in range(3):
        server.receive(str(number))
    assert drain(desk)[0] == ["0", "1", "2"]
    sent = server.calls[-1].body.decode()
    assert "edited_message" in sent
    assert "channel_post" not in sent


def test_a_backlog_of_several_hundred_is_taken_page_by_page(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    for number in range(250):
        server.receive(str(number))
    assert drain(desk)[0] == [str(number) for number in range(250)]


def test_nothing_is_forgotten_before_it_is_stored(build: Build, server: TelegramServer) -> None:
    server.receive("henüz yazılmadı")
    first = build().poll("")
    again = build().poll("")  # the process died before its commit: the cursor is the old one
    assert texts(again.items) == texts(first.items) == ["henüz yazılmadı"]
    assert [m.external_id for m in messages(again.items)] == [m.external_id for m in messages(first.items)]
    assert len(server.queue) == 1
    assert texts(build().poll(first.cursor).items) == []
    assert server.queue == []


def test_the_first_poll_drops_nothing_that_waits(desk: TelegramConnector, server: TelegramServer) -> None:
    server.receive("kapalıyken yazdım")
    assert drain(desk)[0] == ["kapalıyken yazdım"]
    assert not [c for c in server.calls if b"drop_pending" in c.body]


def test_polled_and_delivered_the_same_message_has_one_id(build: Build, server: TelegramServer) -> None:
    update = server.receive("bir kez")
    polled = messages(build().poll("").items)
    called = build(mode="webhook", secret_token=SECRET)
    delivered = messages(called.receive(call(json.dumps(update).encode())).items)
    assert [m.external_id for m in polled] == [m.external_id for m in delivered]


def test_an_update_that_the_library_cannot_read_holds_up_nobody(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("iyi 1")
    server.receive("zehirli", date="dün", entities={"x": 1})
    server.receive("iyi 2")
    assert drain(desk)[0] == ["iyi 1", "zehirli", "iyi 2"]


def test_an_update_nobody_can_read_is_quarantined_alone(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("iyi 1")
    bad = server.push({"message": ["kötü"]})
    server.receive("iyi 2")
    batch = desk.poll("")
    (unreadable,) = [item for item in batch.items if isinstance(item, Unreadable)]
    assert json.loads(unreadable.raw) == bad
    assert texts([item for item in batch.items if item is not unreadable]) == ["iyi 1", "iyi 2"]
    assert list(desk.poll(batch.cursor).items) == []


def test_an_item_that_is_no_update_is_kept_and_passed(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    update = {"update_id": 9, "message": {"message_id": 1, "chat": {"id": 4, "type": "private"}, "text": "a"}}
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": ["metin", update, 5, None]})))
    batch = desk.poll("")
    assert [type(item).__name__ for item in batch.items] == [
        "Unreadable", "InboundMessage", "Unreadable", "Unreadable",
    ]  # fmt: skip
    assert json.loads(batch.cursor)["offset"] == 10


def test_events_move_the_cursor_and_bring_nothing(desk: TelegramConnector, server: TelegramServer) -> None:
    server.receive("/start")
    server.push({"message": {"message_id": 1, "chat": {"id": -1, "type": "group"}, "text": "grup"}})
    batch = desk.poll("")
    assert list(batch.items) == []
    assert json.loads(batch.cursor)["offset"] == server.next_update


def test_the_cursor_does_not_move_when_nothing_came(desk: TelegramConnector, server: TelegramServer) -> None:
    server.receive("x")
    _, cursor = drain(desk)
    assert desk.poll(cursor).cursor == cursor


@pytest.mark.parametrize("restart", [5, 2_000_000_000], ids=["lower", "higher"])
def test_numbers_that_begin_anew_after_a_quiet_week_lose_nothing(
    restart: int, desk: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("önce")
    _, cursor = drain(desk)
    assert list(desk.poll(cursor).items) == []
    server.next_update = restart
    for number in range(120):
        server.receive(str(number))
    found, cursor = drain(desk, cursor)
    assert found == [str(number) for number in range(120)]
    server.receive("sonra")
    assert drain(desk, cursor)[0] == ["sonra"]


def test_the_cursor_of_another_bot_is_refused(desk: TelegramConnector) -> None:
    cursor = json.dumps({"bot": 42, "offset": 9, "read_at": NOW.isoformat()})
    with pytest.raises(NotConfiguredError, match="another bot"):
        desk.poll(cursor)


@pytest.mark.parametrize("cursor", ["x", "[]", "{}", '{"bot": "a"}', '{"bot": 1, "offset": 1, "read_at": 4}'])
def test_a_cursor_that_was_not_written_here_is_a_permanent_error(
    cursor: str, desk: TelegramConnector, server: TelegramServer
) -> None:
    with pytest.raises(PermanentError):
        desk.poll(cursor)
    assert server.calls == []


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
ANSWERS: list[tuple[str, int, Any, dict[str, str], type[Exception], timedelta | None]] = [
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
    expected: type[Exception],
    wait: timedelta | None,
    desk: TelegramConnector,
    server: TelegramServer,
) -> None:
    server.receive("bekle")
    server.fail_next(Fault(answer=json_answer(status, body, **headers)))
    with pytest.raises(DeskError) as refused:
        desk.poll("")
    assert type(refused.value) is expected
    assert getattr(refused.value, "retry_after", None) == wait
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
    desk = build(timeout_seconds=0.3)
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


def test_waiting_ends_as_soon_as_a_message_comes(desk: TelegramConnector, server: TelegramServer) -> None:
    assert isinstance(desk, Waiting)
    _, cursor = drain(desk)
    waiter = threading.Thread(target=desk.wait, args=(50,))
    waiter.start()
    with server._news:
        server._news.wait_for(lambda: b"timeout=50" in server.calls[-1].body, timeout=10)
    server.receive("geldim")
    waiter.join(20)
    assert not waiter.is_alive()
    assert drain(desk, cursor)[0] == ["geldim"]


def test_closing_ends_a_wait(desk: TelegramConnector, server: TelegramServer) -> None:
    drain(desk)
    waiter = threading.Thread(target=desk.wait, args=(50,))
    waiter.start()
    with server._news:
        server._news.wait_for(lambda: b"timeout=50" in server.calls[-1].body, timeout=10)
    desk.close()
    waiter.join(20)
    assert not waiter.is_alive()


def test_waiting_confirms_only_what_a_poll_brought_before(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("bir")
    desk.poll("")
    server.receive("iki")
    desk.wait(5)
    assert [update["message"]["text"] for update in server.queue] == ["iki"]


def test_a_wait_that_fails_is_silent_and_the_next_poll_tells(build: Build, server: TelegramServer) -> None:
    desk = build(timeout_seconds=0.3)
    _, cursor = drain(desk)
    server.fail_next(Fault(drop=True))
    desk.wait(1)
    server.receive("sonra")
    assert drain(desk, cursor)[0] == ["sonra"]


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
