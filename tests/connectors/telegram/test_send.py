"""Sending: T5, T6; tests 26, 28 of docs/acceptance.md."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.telegram import TelegramConnector
from connectors.telegram.pieces import pieces, units
from domain.errors import (
    ConnectionFailedError,
    DeskError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.connectors.refusals import refused_as
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import CITIZEN, TelegramServer, flood


def test_a_text_leaves_as_it_stands_without_mark_up(
    desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    text = "Sn. ali_veli, *2026-0000123-4* [durum](x) <b>ğüşİı</b> & `k` 👍"
    desk.send(outgoing(text))
    assert [message["text"] for message in server.sent] == [text]
    form = parse_qs(server.calls[-1].body.decode())
    assert "parse_mode" not in form
    assert json.loads(form["link_preview_options"][0]) == {"is_disabled": True}


def test_a_reply_to_what_was_sent_names_it_by_the_same_id(
    desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    sent = desk.send(outgoing("Başvurunuz alındı"))
    server.receive("Teşekkürler", reply_to_message=server.sent[-1])
    (reply,) = messages(desk.poll("").items)
    assert reply.in_reply_to == sent


def test_a_long_text_leaves_in_pieces_that_telegram_takes(
    desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    text = " ".join(f"kelime{n}👍" for n in range(1500))
    sent = desk.send(outgoing(text))
    texts = [message["text"] for message in server.sent]
    assert len(texts) > 2
    assert " ".join(texts) == text
    assert sent == f"{CITIZEN}:{server.sent[0]['message_id']}"


PIECES = [
    ("short", "merhaba", 10, ["merhaba"]),
    ("exactly full", "a" * 10, 10, ["a" * 10]),
    ("one more", "a" * 11, 10, ["a" * 10, "a"]),
    ("between words", "bir iki üç dört", 10, ["bir iki üç", "dört"]),
    ("at a line's end rather than later", "birinci\niki üç", 10, ["birinci", "iki üç"]),
    ("not at a line's end far in front", "a\nbbb ccc ddd", 10, ["a\nbbb ccc", "ddd"]),
    ("signs of two units", "👍" * 6, 10, ["👍" * 5, "👍"]),
    ("never inside a sign", "aaaaaaaa👨‍👩‍👧b", 10, ["aaaaaaaa", "👨‍👩‍👧b"]),
    ("never inside an accent", "a" * 9 + "g\u0306b", 10, ["a" * 9, "g\u0306b"]),
    ("a heap of accents", "a" + "\u0306" * 25, 10, ["a" + "\u0306" * 9, "\u0306" * 10, "\u0306" * 6]),
    ("blanks at the cut", "aaaaaaaaaa   bbb", 10, ["aaaaaaaaaa", "bbb"]),
    ("nothing", "", 10, []),
    ("blanks only", " \n " * 9, 10, []),
]


@pytest.mark.parametrize(("label", "text", "longest", "expected"), PIECES, ids=[r[0] for r in PIECES])
def test_a_text_is_cut_where_it_hurts_least(label: str, text: str, longest: int, expected: list[str]) -> None:
    found = pieces(text, longest)
    assert found == expected
    assert all(units(piece) <= longest for piece in found)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused_before_any_call(
    text: str, desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    with pytest.raises(PermanentError, match="empty"):
        desk.send(outgoing(text))
    assert server.calls == []


@pytest.mark.parametrize(
    "urn", [Urn("tel", "+905320000001"), Urn("telegram", "ayse"), Urn("telegram", "1.5"), Urn("mailto", "1")]
)
def test_a_recipient_that_is_no_chat_is_refused_before_any_call(
    urn: Urn, desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    with pytest.raises(RecipientRejectedError):
        desk.send(outgoing("x", recipient=urn))
    assert server.calls == []


def test_a_group_that_became_a_supergroup_is_followed(
    desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    server.migrated[-500] = -1002000000001
    sent = desk.send(outgoing("x", recipient=Urn("telegram", "-500")))
    assert sent.startswith("-1002000000001:")


S = timedelta(seconds=1)


def refusal(status: int, description: str = "", **parameters: Any) -> Fault:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Fault(answer=json_answer(status, body))


REFUSALS: list[tuple[str, Fault, type[DeskError], bool | None, timedelta | None]] = [
    ("blocked", refusal(403, "Forbidden: bot was blocked by the user"), RecipientRejectedError, True, None),
    ("never started", refusal(403, "Forbidden: bot can't initiate conversation with a user"),
     RecipientRejectedError, True, None),
    ("thrown out", refusal(403, "Forbidden: bot was kicked from the group chat"),
     RecipientRejectedError, True, None),
    ("unknown", refusal(400, "Bad Request: chat not found"), RecipientRejectedError, False, None),
    ("unknown, shouted", refusal(400, "Bad Request: PEER_ID_INVALID"), RecipientRejectedError, False, None),
    ("another 400", refusal(400, "Bad Request: message is too long"), PermanentError, None, None),
    ("flood", Fault(answer=flood(35)), ThrottledError, None, 35 * S),
    ("flood in the header", Fault(answer=json_answer(429, {}, **{"Retry-After": "3"})), ThrottledError, None,
     3 * S),
    ("out of order", refusal(500), ConnectionFailedError, None, None),
    ("no answer of the API", Fault(answer=json_answer(200, "x")), ConnectionFailedError, None, None),
    ("sent, but what?", Fault(answer=json_answer(200, {"ok": True, "result": True})), ConnectionFailedError,
     None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "fault", "expected", "stopped", "wait"), REFUSALS, ids=[r[0] for r in REFUSALS]
)
def test_every_refusal_has_its_class(
    label: str,
    fault: Fault,
    expected: type[DeskError],
    stopped: bool | None,
    wait: timedelta | None,
    build: Build,
    server: TelegramServer,
    outgoing: Build,
) -> None:
    desk = build(timeout_seconds=1.0)
    server.fail_next(fault)
    error = refused_as(lambda: desk.send(outgoing("x")), expected, wait)
    assert getattr(error, "stopped", None) == stopped
    assert desk.send(outgoing("sonra"))


ODD = [
    ("a date that is none", {"date": "dün"}),
    ("a chat of a new kind", {"chat": {"id": CITIZEN, "type": "hologram"}}),
    ("entities that are none", {"entities": {"x": 1}}),
]


@pytest.mark.parametrize(("label", "change"), ODD, ids=[r[0] for r in ODD])
def test_a_text_that_was_sent_is_not_sent_again_because_the_library_cannot_read_the_answer(
    label: str, change: dict[str, Any], desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    message = {"message_id": 77, "date": 1, "chat": {"id": CITIZEN, "type": "private"}, "text": "x"}
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": message | change})))
    assert desk.send(outgoing("x")) == f"{CITIZEN}:77"


def test_several_threads_send_by_one_connector_and_each_gets_its_own_id(
    desk: TelegramConnector, server: TelegramServer, outgoing: Build
) -> None:
    def send(number: int) -> tuple[str, str]:
        return str(number), desk.send(outgoing(str(number)))

    with ThreadPoolExecutor(8) as pool:
        found = dict(pool.map(send, range(60)))
    assert found == {message["text"]: f"{CITIZEN}:{message['message_id']}" for message in server.sent}
