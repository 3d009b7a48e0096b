"""The web chat's protocol over real WebSockets (V4)."""

from collections.abc import Callable
from json import loads

import pytest

from config.chat import chat_texts
from domain.chat import ChatLine
from pipeline import chats
from pipeline.desk import Desk
from tests.fakes import Bells
from tests.pipeline.looking import send_all
from tests.servers.postgres import PostgresServer
from tests.web.chatting import PATIENCE, PHONE, POTHOLE, calling
from tests.web.forms import query
from tests.web.serving import Site, serving
from web import chat_hub, chat_socket

L = ChatLine
say = chat_texts().say


def test_a_line_is_acknowledged_and_answered_and_a_case_comes_of_it(
    site: Site, desk: Desk, workers: Callable[[], int]
) -> None:
    with calling(site) as visitor:
        welcome = visitor.hello()
        assert [line["text"] for line in welcome["messages"]] == [say(L.GREETING), say(L.WHAT)]
        assert visitor.says(f"{POTHOLE}. Telefonum {PHONE}")["seq"] == 3
        visitor.hears(say(L.CONFIRM))
        visitor.says("evet")
        visitor.wait_for("closed")
        assert workers() == 1
        send_all(desk)
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


def test_the_words_of_errors_are_turkish_and_their_codes_are_known(site: Site) -> None:
    with calling(site) as visitor:
        visitor.socket.send("?")
        frame = loads(visitor.socket.recv(PATIENCE))
        assert frame["text"].startswith("Gönderilen anlaşılamadı")
