"""A finished chat as its original, read again: words, place and contacts of the citizen (G3, V4)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.registry import CONNECTORS
from connectors.webchat.settings import WebchatSettings
from connectors.webchat.transcript import Transcript, to_message
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.vocabulary import Channel

AT = "2026-11-23T09:00:00Z"
SESSION = "0123456789abcdef0123456789abcdef"


def line(author: str, text: str, answers: str | None = None, **more: Any) -> dict[str, Any]:
    return {"seq": 1, "at": AT, "author": author, "text": text, "answers": answers} | more


def transcript(*lines: dict[str, Any], **more: Any) -> bytes:
    told = {"session": SESSION, "opened_at": AT, "ended": "confirmed", "lines": lines}
    return json.dumps(told | more, ensure_ascii=False).encode()


def parsed(raw: bytes) -> InboundMessage:
    [message] = CONNECTORS[Channel.WEBCHAT].parser().parse(raw)
    return message


TALK = (
    line("desk", "Merhaba"),
    line("citizen", "merhaba", "what", bare=True),
    line("citizen", "Yolda İĞÜŞÖÇ ığüşöç çukur 🚧", "what"),
    line("citizen", "Moda Caddesi\n12", "place"),
    line("agent", "Hangi sokak?", name="masa-1"),
    line("citizen", "0532 123 45 67, ayse@Posta.example", "contact"),
    line("citizen", "evet", "confirm", bare=True),
)


def test_a_talk_is_one_message_of_the_citizens_words() -> None:
    message = parsed(transcript(*TALK))
    assert message.text == "Yolda İĞÜŞÖÇ ığüşöç çukur 🚧\nModa Caddesi\n12"
    assert (str(message.sender), message.external_id) == (f"webchat:{SESSION}", SESSION)
    assert list(map(str, message.contacts)) == ["tel:+905321234567", "mailto:ayse@posta.example"]
    assert message.place is not None
    assert message.place.address == "Moda Caddesi 12"
    assert dict(message.headers) == {"locale": "tr", "ended": "confirmed", "agents": "masa-1"}
    assert (message.in_reply_to, message.private) == (None, True)


def test_a_continued_chat_names_what_it_continues() -> None:
    message = parsed(transcript(line("citizen", "bir şey daha"), generation=2, continues=SESSION))
    assert (message.external_id, message.in_reply_to) == (f"{SESSION}.2", SESSION)


def test_what_is_kept_is_what_is_read() -> None:
    kept = Transcript.model_validate_json(transcript(*TALK))
    assert parsed(kept.raw) == to_message(kept, kept.raw)


UNREADABLE = [
    ("nothing", b""),
    ("no JSON", b"merhaba"),
    ("a list", b"[]"),
    ("no lines", b'{"session": "a"}'),
    ("an author nobody knows", transcript(line("robot", "x"))),
    ("a question nobody asks", transcript(line("citizen", "x", "age"))),
    ("a time without a zone", transcript(line("citizen", "x", at="2026-11-23T09:00:00"))),
    ("a session that could be a path", transcript(session="../x")),
    ("a field too many", transcript(security_number="123456")),
    ("not UTF-8", transcript(*TALK).decode().encode("utf-16")),
    ("half a letter", transcript(line("citizen", "x")).replace(b'"x"', b'"\\ud800"')),
]


@pytest.mark.parametrize("raw", [raw for _, raw in UNREADABLE], ids=[label for label, _ in UNREADABLE])
def test_what_is_no_transcript_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        parsed(raw)


@given(st.text(max_size=300), st.sampled_from([None, "what", "topic", "place", "contact", "confirm"]))
def test_no_words_make_it_raise_or_store_what_cannot_be_stored(text: str, answers: str | None) -> None:
    said = [{"seq": 1, "at": AT, "author": "citizen", "text": text, "answers": answers}]
    kept = Transcript.model_validate({"session": "a", "opened_at": AT, "ended": "finished", "lines": said})
    message = to_message(kept, b"")
    assert "\x00" not in message.text


ORIGINS = [
    ("https://www.ornek.bel.tr", "https://www.ornek.bel.tr"),
    (" https://WWW.ornek.bel.tr/ ", "https://www.ornek.bel.tr"),
    ("http://localhost:8080", "http://localhost:8080"),
    ("www.ornek.bel.tr", None),
    ("*", None),
    ("https://*.ornek.bel.tr", None),
    ("https://ornek.bel.tr/yol", None),
    ("https://ornek.bel.tr; script-src *", None),
    ("https://ornek.bel.tr' 'unsafe-inline", None),
    ("https://a:99999999", None),
    ("ftp://ornek.bel.tr", None),
    ("https://örnek.bel.tr", None),
]


@pytest.mark.parametrize(("given", "origin"), ORIGINS, ids=[given.strip() for given, _ in ORIGINS])
def test_a_site_is_an_origin_or_nothing_v5(given: str, origin: str | None) -> None:
    """It stands in a header, so it may be nothing else."""
    if origin is None:
        with pytest.raises(ValidationError):
            WebchatSettings(allowed_origins=(given,))
    else:
        assert WebchatSettings(allowed_origins=(given,)).allowed_origins == (origin,)
