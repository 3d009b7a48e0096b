"""Long polling with our own offset: T2, T4; tests 19, 23 of docs/acceptance.md."""

import json
import threading

import pytest

from connectors.base import Waiting
from connectors.telegram import TelegramConnector
from domain.errors import NotConfiguredError, PermanentError
from domain.messages import Unreadable
from tests.connectors.building import NOW, Build
from tests.connectors.polling import drain, messages, texts
from tests.connectors.telegram.accounts import call
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import SECRET, TelegramServer


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
    desk = build(timeout_seconds=1.0)
    _, cursor = drain(desk)
    server.fail_next(Fault(drop=True))
    desk.wait(1)
    server.receive("sonra")
    assert drain(desk, cursor)[0] == ["sonra"]
