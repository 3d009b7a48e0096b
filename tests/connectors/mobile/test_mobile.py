"""Originals of the app and of Open311 clients, read again as they were sent; keys that count (G3, V1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from connectors.base import Fetching, Parsing
from connectors.mobile import MOBILE
from connectors.mobile.connector import MobileParser, to_accept
from connectors.mobile.settings import MobileSettings
from connectors.mobile.submission import Submission, Via
from connectors.submitted import submitted_file
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, InboundMessage, Place
from domain.urn import Urn

SAMPLES = Path(__file__).parent / "samples"
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def submission(**changed: Any) -> Submission:
    usual: dict[str, Any] = {
        "key": "k",
        "client": "uygulama",
        "via": Via.API,
        "submitted_at": NOON,
        "text": "Su akmıyor",
        "phone": "0532 000 00 01",
    }
    return Submission(**(usual | changed))


def parsed(raw: bytes) -> InboundMessage:
    (message,) = MobileParser().parse(raw)
    return message


def test_an_original_tells_everything_that_was_sent() -> None:
    message = parsed((SAMPLES / "full.json").read_bytes())
    assert (message.text, message.subject) == ("Moda Caddesi'nde çöp kutuları taşıyor", "Çöp")
    assert message.sender == Urn("tel", "+905320000001")
    assert message.contacts == (Urn("mailto", "ayse@eposta.example"),)
    assert message.place == Place(
        district="Kadıköy",
        neighbourhood="Caferağa",
        address="Moda Caddesi 12",
        latitude=40.9876,
        longitude=29.0271,
    )
    assert (message.sent_at, message.hide_identity, message.sender_name) == (NOON, True, "Ayşe Yılmaz")
    kept, fetched = message.attachments
    assert kept.source == "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert fetched == Attachment(
        name="1.jpg",
        media_type="application/octet-stream",
        content=None,
        source="https://foto.example/resimler/1.jpg?a=b",
    )
    marks = {name: value for name, value in message.headers.items() if name != "fingerprint"}
    assert marks == {
        "topic": "cop-toplama",
        "via": "api",
        "client": "uygulama",
        "locale": "tr-TR",
        "app_version": "3.4.1",
        "platform": "ios 26",
        "verified": "1",
        "attributes": '{"place": ["parkın karşısı"]}',
    }


def test_what_was_left_out_is_absent() -> None:
    message = parsed((SAMPLES / "least.json").read_bytes())
    assert (message.sender, message.sender_name, message.place, message.attachments) == (None, None, None, ())
    assert message.in_reply_to is None


def test_reading_an_original_gives_the_message_it_was_made_from() -> None:
    made = to_accept(submission(files=(submitted_file("a.jpg", "image/jpeg", b"1"),)), [b"1"])
    assert replace(parsed(made.raw), attachments=()) == replace(made, attachments=())
    assert made.attachments[0].content == b"1"


SAME = [
    ("the very same", {}, True, True),
    ("sent again hours later", {"submitted_at": NOON + timedelta(hours=9)}, True, True),
    ("other words under the key", {"text": "Elektrik yok"}, True, False),
    ("a photo added", {"files": (submitted_file("a.jpg", "image/jpeg", b"1"),)}, True, False),
    ("another key", {"key": "l"}, False, True),
    ("another app", {"client": "harita"}, False, False),
    ("the other interface", {"via": Via.OPEN311}, False, False),
]


@pytest.mark.parametrize(
    ("changed", "same_id", "same_words"), [row[1:] for row in SAME], ids=[row[0] for row in SAME]
)
def test_the_key_tells_a_repetition_and_the_fingerprint_another_request(
    changed: dict[str, Any], same_id: bool, same_words: bool
) -> None:
    other = submission(**changed)
    assert (other.external_id == submission().external_id) is same_id
    assert (other.fingerprint == submission().fingerprint) is same_words


HOSTILE = [
    b"", b"null", b"[]", b"{}", b"\xff\xfe\x00", b"[" * 5000,
    b'{"key":"k","client":"c","via":"mail","submitted_at":"2026-11-23T09:00:00Z","text":"a"}',
    b'{"key":"k","client":"c","via":"api","submitted_at":"2026-11-23T09:00:00","text":"a"}',
    b'{"key":"k","client":"c","via":"api","submitted_at":"2026-11-23T09:00:00Z","text":"a","latitude":91}',
    b'{"key":"k","client":"c","via":"api","submitted_at":"2026-11-23T09:00:00Z","text":"a","unknown":1}',
]  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_original_is_unreadable_g3(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        parsed(raw)


@given(raw=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode())))
def test_no_bytes_break_the_parser_g3(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        parsed(raw)


@given(text=st.text(min_size=1), name=st.text(), key=st.text(min_size=1, max_size=300))
def test_any_words_survive_the_way_into_an_original_and_back(text: str, name: str, key: str) -> None:
    item = to_accept(submission(text=text, name=name, key=key), [])
    assert parsed(item.raw) == item


KEY, SECOND = "a1" * 20, "b2" * 20


def test_each_key_counts_under_its_name() -> None:
    settings = MobileSettings(app_keys=SecretStr(f"uygulama:{KEY} uygulama-2:{SECOND}"))
    assert [settings.caller(key) for key in (KEY, SECOND, "", "x", KEY[:-1], f"uygulama:{KEY}")] == [
        "uygulama", "uygulama-2", None, None, None, None,
    ]  # fmt: skip
    assert KEY not in repr(settings)


def test_nobody_may_call_before_there_is_a_key() -> None:
    assert MobileSettings().caller("") is None


REFUSED = [
    ("a key without a name", {"app_keys": KEY}),
    ("a short key", {"app_keys": "uygulama:kisa"}),
    ("one letter over and over", {"app_keys": f"uygulama:{'a' * 40}"}),
    ("one name for two", {"app_keys": f"a:{KEY} a:{SECOND}"}),
    ("a name with a dot", {"app_keys": f"a.b:{KEY}"}),
    ("an address for an origin", {"origins": ("https://harita.example/yol",)}),
    ("no network", {"photo_networks": ("burası",)}),
    ("no pause at all", {"posts_in_ten_minutes": 0}),
]


@pytest.mark.parametrize("given_", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_settings_that_cannot_be_meant_are_refused_and_never_repeat_a_key_g10(given_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        MobileSettings(**given_)
    assert KEY not in str(refused.value)
    assert SECOND not in str(refused.value)


def test_the_registry_s_line_offers_parser_and_fetching() -> None:
    assert isinstance(MOBILE.parser(), Parsing)
    assert issubclass(MOBILE.build, Fetching)  # type: ignore[arg-type]
    assert not MOBILE.polls(MobileSettings())
