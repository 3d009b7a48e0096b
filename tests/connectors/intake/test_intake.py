"""What staff took down is read again as it was written, by each of the three channels (P4)."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.intake import Intake, IntakeParser, to_accept
from connectors.registry import CONNECTORS
from connectors.submitted import submitted_file
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Place
from domain.urn import Urn
from domain.vocabulary import Channel, ContactKind
from pipeline.understanding import understood

SAMPLES = Path(__file__).parent / "samples"
CHANNELS = [Channel.CALL_CENTRE, Channel.CONTACT_POINT, Channel.FIELD]
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def intake(**given: Any) -> Intake:
    usual: dict[str, Any] = {
        "key": "3rZ0kq9mQx7LwB2c",
        "submitted_at": NOON,
        "staff": "masa-1",
        "contact_kind": ContactKind.INCOMING_CALL,
        "consent": True,
        "text": "Su akmıyor",
        "phone": "0532 000 00 01",
    }
    return Intake(**(usual | given))


def parsed(raw: bytes, channel: Channel = Channel.CONTACT_POINT) -> InboundMessage:
    (message,) = CONNECTORS[channel].parser().parse(raw)
    return message


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_original_tells_everything_that_was_taken_down(channel: Channel) -> None:
    message = parsed((SAMPLES / "full.json").read_bytes(), channel)
    assert (message.channel, message.sent_at, message.hide_identity) == (channel, NOON, True)
    assert message.text == "Moda Caddesi'nde çöp kutuları taşıyor,\nüç gündür alınmıyor."
    assert message.sender == Urn("tel", "+905320000001")
    assert message.contacts == (Urn("mailto", "vatandas@eposta.example"),)
    assert message.place == Place(
        district="Kadıköy",
        neighbourhood="Caferağa",
        address="Moda Caddesi 12 önü",
        latitude=40.9871,
        longitude=29.0257,
    )
    assert message.headers == {
        "staff": "masa-1",
        "consent": "1",
        "contact_kind": "in_person",
        "topic": "cop-toplama",
        "postal_address": "Örnek Sokak 1, Kadıköy/İstanbul",
    }
    (file,) = message.attachments
    assert (file.name, file.content) == ("çöp.jpg", None)
    assert file.source == "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_citizen_without_any_address_is_taken_down_too() -> None:
    message = parsed((SAMPLES / "least.json").read_bytes(), Channel.FIELD)
    assert (message.sender, message.contacts, message.place, message.in_reply_to) == (None, (), None, None)
    assert message.headers == {"staff": "ekip-7", "consent": "0", "contact_kind": "own_finding"}


def test_reading_an_original_gives_the_message_it_was_made_from() -> None:
    content = b"\xff\xd8\xff photo"
    files = (submitted_file("a.jpg", "image/jpeg", content),)
    made = to_accept(Channel.FIELD, intake(files=files, answers="<c.1-s.mac@desk.example>"), [content])
    again = parsed(made.raw, Channel.FIELD)
    assert replace(again, attachments=()) == replace(made, attachments=())
    assert made.attachments[0].content == content
    assert made.in_reply_to == "<c.1-s.mac@desk.example>"


SAME = [
    ("the very same form", {}, True),
    ("sent again later", {"submitted_at": NOON + timedelta(minutes=9)}, True),
    ("another text from the same page", {"text": "Elektrik de yok"}, False),
    ("another caller", {"phone": "0532 000 00 02"}, False),
    ("a photo added", {"files": (submitted_file("a.jpg", "image/jpeg", b"1"),)}, False),
    ("somebody else's form", {"staff": "masa-2"}, False),
    ("another view of the page", {"key": "another-key-of-a-page"}, False),
]


@pytest.mark.parametrize(("changed", "same"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_a_repeated_form_is_one_message(changed: dict[str, Any], same: bool) -> None:
    assert (intake(**changed).external_id == intake().external_id) is same


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("no staff", {"staff": ""}, "staff"),
    ("no time zone", {"submitted_at": "2026-11-23T09:00:00"}, "submitted_at"),
    ("an unknown kind of contact", {"contact_kind": "dream"}, "contact_kind"),
    ("coordinates beyond the pole", {"latitude": 91}, "latitude"),
    ("a file without a hash", {"files": [{"name": "a", "media_type": "b", "size": 1}]}, "files.0.sha256"),
    ("a field that is none", {"security_number": "123456"}, "security_number"),
]


@pytest.mark.parametrize(("changed", "named"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_an_original_that_is_none_is_named_by_its_fields(changed: dict[str, Any], named: str) -> None:
    raw = json.dumps(json.loads(intake().raw) | changed).encode()
    with pytest.raises(UnreadableMessageError, match=f"staff's intake: {named}$"):
        parsed(raw)


def test_one_coordinate_alone_is_no_place() -> None:
    assert parsed(intake(latitude=41.0).raw).place is None


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_whatever_the_bytes_the_parser_raises_nothing_else_g3(raw: bytes) -> None:
    for channel in CHANNELS:
        with contextlib.suppress(UnreadableMessageError):
            IntakeParser(channel).parse(raw)


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_parse_command_understands_a_stored_original(channel: Channel) -> None:
    found = understood(SAMPLES / "full.json", channel)
    assert found["error"] is None
    assert [m["channel"] for m in found["messages"]] == [channel]
