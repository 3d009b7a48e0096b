"""The web form's originals: read again as they were written; repeated forms are one message (V1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Parsing
from connectors.submitted import submitted_file
from connectors.webform import WEBFORM, Submission, WebformParser, to_accept
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Place, Unreadable
from domain.urn import Urn

SAMPLES = Path(__file__).parent / "samples"
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def submission(**given: Any) -> Submission:
    usual: dict[str, Any] = {
        "key": "3rZ0kq9mQx7LwB2c",
        "submitted_at": NOON,
        "text": "Su akmıyor",
        "phone": "0532 000 00 01",
    }
    return Submission(**(usual | given))


def parsed(raw: bytes) -> InboundMessage:
    (message,) = WebformParser().parse(raw)
    return message


def test_an_original_tells_everything_the_citizen_wrote() -> None:
    message = parsed((SAMPLES / "full.json").read_bytes())
    assert message.text == "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor,\nüç gündür alınmıyor."
    assert (message.sender, message.contacts) == (
        Urn("tel", "+905320000001"),
        (Urn("mailto", "ayse@eposta.example"),),
    )
    assert message.sender_name == "Ayşe Yılmaz"
    assert message.place == Place(district="Kadıköy", address="Caferağa Mahallesi, Moda Caddesi 12 önü")
    assert (message.sent_at, message.hide_identity) == (NOON, True)
    assert message.headers == {"locale": "tr", "topic": "cop-toplama"}
    (file,) = message.attachments
    assert (file.name, file.media_type, file.content) == ("çöp.jpg", "image/jpeg", None)
    assert file.source == "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_what_was_left_empty_is_absent() -> None:
    message = parsed((SAMPLES / "least.json").read_bytes())
    assert (message.sender, message.sender_name, message.place, message.attachments) == (None, None, None, ())
    assert message.sent_at == NOON


def test_reading_an_original_gives_the_message_it_was_made_from() -> None:
    content = b"\xff\xd8\xff photo"
    made = to_accept(submission(files=(submitted_file("a.jpg", "image/jpeg", content),)), [content])
    assert isinstance(made, InboundMessage)
    again = parsed(made.raw)
    assert replace(again, attachments=()) == replace(made, attachments=())
    assert made.attachments[0].content == content


SAME = [
    ("the very same form", {}, True),
    ("sent again hours later (offline)", {"submitted_at": NOON + timedelta(hours=9)}, True),
    ("another text from the same page", {"text": "Elektrik de yok"}, False),
    ("another phone number", {"phone": "0532 000 00 02"}, False),
    ("a photo added", {"files": (submitted_file("a.jpg", "image/jpeg", b"1"),)}, False),
    ("another view of the page", {"key": "another-key-of-a-page"}, False),
    ("the honeypot emptied by a person", {"honeypot": True}, False),
]


@pytest.mark.parametrize(("changed", "same"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_a_form_is_repeated_only_by_the_same_words_from_the_same_page_v1(
    changed: dict[str, Any], same: bool
) -> None:
    assert (submission(**changed).external_id == submission().external_id) is same


def test_a_filled_honeypot_goes_to_quarantine_and_its_original_still_reads_v2() -> None:
    item = to_accept(submission(honeypot=True), [])
    assert isinstance(item, Unreadable)
    message = parsed(item.raw)
    assert (message.text, message.headers["honeypot"]) == ("Su akmıyor", "1")
    assert message.external_id == item.external_id


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b"\xff\xfe\x00",
    b'{"key": "k"}',
    b'{"key":"k","submitted_at":"yesterday","text":"a"}',
    b'{"key":"k","submitted_at":"2026-11-23T09:00:00","text":"a"}',
    b'{"key":"k","submitted_at":"2026-11-23T09:00:00Z","text":7}',
    b'{"key":"k","submitted_at":"2026-11-23T09:00:00Z","text":"\\ud800"}',
    b'{"key":"k","submitted_at":"2026-11-23T09:00:00Z","text":"a","files":[{"sha256":"../../etc/passwd"}]}',
    b'{"key":"k","submitted_at":"2026-11-23T09:00:00Z","text":"a","unknown":1}',
    b"[" * 5000,
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_what_is_no_original_of_the_form_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        parsed(raw)


@given(raw=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode())))
def test_no_bytes_break_the_parser_g3(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        parsed(raw)


@given(text=st.text(min_size=1), name=st.text(), address=st.text())
def test_any_words_survive_the_way_into_an_original_and_back(text: str, name: str, address: str) -> None:
    item = to_accept(submission(text=text, name=name, address=address), [])
    assert isinstance(item, InboundMessage)
    assert parsed(item.raw) == item


def test_the_registry_s_line_offers_the_parser_and_no_polling() -> None:
    assert isinstance(WEBFORM.parser(), Parsing)
    assert not WEBFORM.polls(WEBFORM.settings())
