"""The web chat's protocol over real WebSockets (V4, V5)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from json import loads

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from config.chat import chat_texts
from domain.chat import ChatLine
from pipeline import chats
from pipeline.chat_closing import RESUMABLE_FOR
from pipeline.desk import Desk
from pipeline.limits import Rule
from pipeline.notify import notify_batch
from tests.fakes import Bells
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until
from tests.web.chatting import PATIENCE, PHONE, POTHOLE, calling
from tests.web.forms import query
from tests.web.serving import Site, serving
from web import chat_hub, chat_limits, chat_socket

L = ChatLine
say = chat_texts().say


def test_a_line_is_acknowledged_and_answered_and_a_case_comes_of_it(
    site: Site, desk: Desk, workers: Callable[[], int]
) -> None:
    with calling(site) as visitor:
        welcome = visitor.hello()
        assert [line["text"] for line in welcome["messages"]] == [say(L.GREETING), say(L.WHAT)]
        assert visitor.says(f"{POTHOLE}. {PHONE}")["seq"] == 3
        visitor.hears(say(L.CONFIRM))
        visitor.says("evet")
        visitor.wait_for("closed")
        assert workers() == 1
        while notify_batch(desk):
            pass
        (number,) = query(desk, "SELECT number FROM cases")
        visitor.hears(number)


def test_what_is_acknowledged_is_stored_and_what_cannot_be_stored_is_not_acknowledged_v4(
    site: Site, desk: Desk, postgres_server: PostgresServer
) -> None:
    """The database goes away under an open chat; the same line sent again later is there once."""
    with calling(site) as visitor:
        visitor.hello()
        visitor.says("Merhaba")
        postgres_server.kill()
        visitor.send(type="say", client_id="while-away", text=POTHOLE)
        refused = visitor.wait_for("error")
        assert (refused["code"], refused["client_id"]) == ("not_stored", "while-away")
        postgres_server.restart()
        seq = None
        while seq is None:
            visitor.send(type="say", client_id="while-away", text=POTHOLE)
            answer = visitor.wait_for_one("ack", "error")
            seq = answer.get("seq")
        again = visitor.says(POTHOLE, "while-away")
        assert again["seq"] == seq
    assert query(
        desk, f"SELECT count(*) FROM chat_messages WHERE text = '{POTHOLE.replace(chr(39), chr(39) * 2)}'"
    ) == [1]


def test_who_comes_back_gets_the_lines_that_were_missed_in_their_order_v4(site: Site) -> None:
    with calling(site) as visitor:
        token = visitor.hello()["token"]
        visitor.says("Yolda derin bir çukur var")
        last = visitor.hears(say(L.PLACE))["seq"]
        visitor.says("Kadıköy Moda Caddesi")
    with calling(site) as back:
        welcome = back.hello(token, last)
        seqs = [line["seq"] for line in welcome["messages"]]
        assert seqs == list(range(last + 1, last + 1 + len(seqs)))
        assert welcome["messages"][0]["text"] == "Kadıköy Moda Caddesi"
        assert welcome["messages"][1]["text"] == say(L.CONTACT)


def test_two_pages_of_one_chat_on_two_processes_see_the_same(site: Site, desk: Desk) -> None:
    other_desk = Desk(desk.settings, ring=Bells())
    with serving(other_desk) as other, calling(site) as first, calling(other) as second:
        welcome = first.hello()
        second.hello(welcome["token"])
        first.says("Yolda derin bir çukur var", "from-first")
        assert second.hears("çukur")["client_id"] == "from-first"
        second.says("Kadıköy Moda Caddesi", "from-second")
        assert first.hears("Moda")["client_id"] == "from-second"


def test_a_bell_that_is_lost_delays_and_loses_nothing(
    site: Site, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is written by a process whose bell nobody hears."""
    monkeypatch.setattr(chat_hub, "LOOK_SECONDS", 0.2)
    deaf = Desk(desk.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}), ring=Bells())
    with calling(site) as visitor:
        session = visitor.hello()["session"]
        chats.say(deaf, session, "elsewhere", POTHOLE, most_lines=200)
        visitor.hears("çukur")
    deaf.engine.dispose()


def test_a_token_that_is_forged_old_or_of_another_purpose_opens_no_chat(site: Site, desk: Desk) -> None:
    with calling(site) as visitor:
        welcome = visitor.hello()
    signer, session = chat_socket.signer_of(desk), welcome["session"]
    stale = signer.sign(session, desk.now() - RESUMABLE_FOR - timedelta(seconds=1))
    receipt = site.services.receipts.sign(session, desk.now())
    unknown = signer.sign("0" * 32, desk.now())
    for token in (welcome["token"][:-1] + "!", session, "~~", stale, receipt, unknown):
        with calling(site) as thief:
            thief.send(type="hello", token=token)
            assert thief.wait_for("error")["code"] == "gone"
            assert thief.ends() == chat_socket.REFUSED


def test_another_sites_page_cannot_connect_v5(site: Site) -> None:
    for origin in ("https://kotu.example", "null", site.url.replace("http:", "https:"), site.url + "0"):
        with pytest.raises(InvalidStatus) as refused, calling(site, origin=origin):
            pass
        assert refused.value.response.status_code == 403
    with calling(site, origin=None) as program:
        assert program.hello()["session"]


NOT_FRAMES = [
    "",
    "{",
    "[]",
    "null",
    '"say"',
    "{}",
    '{"type":"dance"}',
    '{"type":"say"}',
    '{"type":"say","client_id":"a b","text":"x"}',
    '{"type":"say","client_id":"notice:n1","text":"x"}',
    '{"type":"say","client_id":"abcdefgh","text":["x"]}',
    '{"type":"seen","seq":-1}',
    '{"type":"seen","seq":99999999999999999999}',
    '{"type":"hello","token":5}',
    '{"type":"\\ud800"}',
    "[" * 9000,
]


def test_what_is_no_frame_is_answered_and_harms_nobody(site: Site) -> None:
    with calling(site) as visitor:
        visitor.hello()
        for text in NOT_FRAMES:
            visitor.socket.send(text)
            assert visitor.wait_for("error")["code"] == "bad_message", text
        assert visitor.says("Merhaba")["seq"] == 3


def test_who_does_not_say_hello_first_is_let_go(site: Site) -> None:
    with calling(site) as visitor:
        visitor.send(type="say", client_id="too-early", text="x")
        assert visitor.wait_for("error")["code"] == "bad_message"
        assert visitor.ends() == chat_socket.REFUSED


LINES = [
    ("nothing", " \n\t", "empty"),
    ("signs that cannot be stored", "\x00\x01", "empty"),
    ("too much", "ç" * 2001, "too_long"),
]


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_a_line_that_cannot_be_taken_is_refused_by_its_id(site: Site, text: str, code: str) -> None:
    with calling(site) as visitor:
        visitor.hello()
        visitor.send(type="say", client_id="the-line", text=text)
        refused = visitor.wait_for("error")
        assert (refused["code"], refused["client_id"]) == (code, "the-line")


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
    with calling(site) as visitor, calling(site) as newcomer, desk.uow() as uow:
        visitor.hello()
        uow.session.connection().exec_driver_sql("LOCK TABLE chat_sessions IN ACCESS EXCLUSIVE MODE")
        visitor.send(type="say", client_id="while-hung", text=POTHOLE)
        assert visitor.wait_for("error")["code"] == "not_stored"
        newcomer.send(type="hello")
        assert newcomer.wait_for("error")["code"] == "unavailable"
        assert newcomer.ends() == chat_socket.TRY_LATER
        visitor.send(type="typing")
        visitor.send(type="ping")
        assert visitor.wait_for("pong")


def test_somebody_is_there_when_asked(site: Site) -> None:
    with calling(site) as visitor:
        visitor.hello()
        visitor.send(type="ping")
        assert visitor.wait_for("pong")


def test_who_presses_finish_gets_a_case(site: Site, workers: Callable[[], int]) -> None:
    with calling(site) as visitor:
        visitor.hello()
        visitor.says(POTHOLE)
        visitor.send(type="finish")
        visitor.hears(say(L.SAVED))
        visitor.wait_for("closed")
    assert workers() == 1


def test_a_switched_off_chat_takes_nobody_and_says_so(site: Site, desk: Desk, client: httpx.Client) -> None:
    with desk.uow() as uow:
        account = uow.accounts.by_name("webchat")
        assert account is not None
        uow.accounts.enable(account.id, False)
        uow.commit()
    site.services.reception.accounts.refresh(0)
    with pytest.raises(InvalidStatus), calling(site):
        pass
    assert "Sohbet şu anda kapalı" in client.get("/sohbet").text


def test_only_named_sites_may_show_the_widget_v5(site: Site, desk: Desk, client: httpx.Client) -> None:
    closed = client.get("/sohbet/gomulu").headers
    assert "frame-ancestors 'none'" in closed["content-security-policy"]
    assert closed["x-frame-options"] == "DENY"
    with desk.uow() as uow:
        account = uow.accounts.by_name("webchat")
        assert account is not None
        uow.accounts.change(account.id, {"allowed_origins": ["https://www.ornek.example"]}, None, "")
        uow.commit()
    site.services.reception.accounts.refresh(0)
    opened = client.get("/sohbet/gomulu").headers
    assert "frame-ancestors 'self' https://www.ornek.example" in opened["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get("/sohbet").headers["content-security-policy"]
    script = client.get("/sohbet/widget.js").headers
    assert script["cross-origin-resource-policy"] == "cross-origin"
    assert script["content-type"].startswith("text/javascript")


def test_the_words_of_errors_are_turkish_and_their_codes_are_known(site: Site) -> None:
    with calling(site) as visitor:
        visitor.socket.send("?")
        frame = loads(visitor.socket.recv(PATIENCE))
        assert frame["text"].startswith("Gönderilen anlaşılamadı")
