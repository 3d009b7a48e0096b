"""A web chat takes no more than it can, and says so: floods, places, a database that hangs."""

from contextlib import suppress
from datetime import timedelta

import pytest
from websockets.exceptions import ConnectionClosed

from pipeline.desk import Desk
from pipeline.limits import Rule
from tests.servers.processes import wait_until
from tests.web.chatting import PATIENCE, POTHOLE, calling
from tests.web.serving import Site
from web import chat_hub, chat_limits, chat_socket


def test_a_frame_larger_than_any_of_ours_ends_the_connection(site: Site) -> None:
    with calling(site) as visitor:
        visitor.hello()
        with pytest.raises(ConnectionClosed):
            visitor.says("x" * 30_000)
        assert visitor.socket.close_code == 1009


def test_a_flood_of_lines_is_slowed_down_and_may_be_sent_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Rule(name="chat-lines-test", times=2, window=timedelta(minutes=1))
    monkeypatch.setattr(chat_limits, "LINES", few)
    with calling(site) as visitor:
        session = visitor.hello()["session"]
        visitor.says("bir")
        visitor.says("iki")
        visitor.send(type="say", client_id="the-third", text="üç")
        refused = visitor.wait_for("error")
        assert (refused["code"], refused["client_id"]) == ("limited", "the-third")
        site.services.limits.forgive(few, session)
        assert visitor.says("üç", "the-third")["seq"]


def test_a_flood_of_frames_ends_the_connection(site: Site) -> None:
    with calling(site) as visitor:
        visitor.hello()
        for _ in range(chat_limits.FRAMES + 1):
            visitor.send(type="ping")
        assert visitor.ends() == chat_socket.REFUSED
        assert visitor.heard[-1]["code"] == "limited"


def test_a_flood_of_new_chats_from_one_client_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    few = Rule(name="chat-new-test", times=2, window=timedelta(minutes=1))
    monkeypatch.setattr(chat_limits, "CHATS", few)
    for _ in range(2):
        with calling(site) as visitor:
            token = visitor.hello()["token"]
    with calling(site) as third:
        third.send(type="hello")
        assert third.wait_for("error")["code"] == "limited"
        assert third.ends() == chat_socket.TRY_LATER
    with calling(site) as known:
        assert known.hello(token)["session"]


def test_one_address_does_not_take_every_place_and_a_place_left_is_free_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_hub, "MOST_OF_ONE_CLIENT", 2)
    with calling(site) as first, calling(site) as silent:
        first.hello()
        with calling(site) as third:
            assert third.ends() == chat_socket.TRY_LATER
        silent.socket.close()
        wait_until(lambda: enters(site), "the place of who left")


def enters(site: Site) -> bool:
    with calling(site) as visitor, suppress(ConnectionClosed):
        return bool(visitor.hello())
    return False


def test_while_the_database_hangs_visitors_are_told_and_nobody_loses_the_connection(
    site: Site, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_hub, "THREADS", 1)
    monkeypatch.setattr(chat_hub, "PATIENCE_SECONDS", 1.0)
    with calling(site) as visitor, calling(site) as newcomer:
        visitor.hello()
        with desk.uow() as uow:
            uow.session.connection().exec_driver_sql("LOCK TABLE chat_sessions IN ACCESS EXCLUSIVE MODE")
            visitor.send(type="say", client_id="while-hung", text=POTHOLE)
            assert visitor.wait_for("error")["code"] == "not_stored"
            newcomer.send(type="hello")
            assert newcomer.wait_for("error")["code"] == "unavailable"
            assert newcomer.ends() == chat_socket.TRY_LATER
            visitor.send(type="typing")
            visitor.send(type="ping")
            assert visitor.wait_for("pong")
        monkeypatch.setattr(chat_hub, "PATIENCE_SECONDS", PATIENCE)
        assert visitor.says(POTHOLE, "while-hung")["seq"] == 3  # behind what hung, on the one thread
