"""Understanding stored originals of every provider: G3, S2, S7, S8, W4 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms import SMS
from connectors.sms.message import fallback_id, sms_urn
from connectors.sms.parsing import SmsParser
from tests.connectors.damage import JSON_VALUES, reads_or_refuses
from tests.connectors.samples import expectations, reads_as_expected

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
PARSER = SmsParser()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name])


def test_the_pushed_and_the_polled_form_of_one_message_share_id_and_time() -> None:
    names = ("verimor_push.json", "verimor_polled.json")
    pushed, polled = (PARSER.parse((SAMPLES / name).read_bytes())[0] for name in names)
    assert (pushed.external_id, pushed.sent_at) == (polled.external_id, polled.sent_at)


def test_without_an_id_both_forms_share_the_hash_too() -> None:
    pushed = {"source_addr": "905320000001", "content": "ok", "received_at": "2026-05-04 12:30:00"}
    polled = pushed | {"received_at": "2026-05-04T12:30:00.000+03:00"}
    ids = {PARSER.parse(json.dumps([item]).encode())[0].external_id for item in (pushed, polled)}
    assert len(ids) == 1


def test_two_equal_texts_a_minute_apart_stay_two() -> None:
    first = {"source_addr": "905320000001", "content": "ok", "received_at": "2026-05-04 12:30:00"}
    second = first | {"received_at": "2026-05-04 12:31:00"}
    messages = PARSER.parse(json.dumps([first, second]).encode())
    assert messages[0].external_id != messages[1].external_id


def test_the_fallback_id_keeps_its_parts_apart() -> None:
    assert fallback_id("a", "bc", "d", "e") != fallback_id("ab", "c", "d", "e")


def test_the_registry_line_offers_this_parser() -> None:
    assert SMS.parser().parse((SAMPLES / "verimor_push.json").read_bytes())[0].external_id == "1234"


ADDRESSES = [
    ("with plus", "+905320000001", "tel:+905320000001"),
    ("international without plus", "905320000001", "tel:+905320000001"),
    ("double zero", "00905320000001", "tel:+905320000001"),
    ("with the leading zero", "05320000001", "tel:+905320000001"),
    ("without it", "5320000001", "tel:+905320000001"),
    ("spaced", "0532 000 00 01", "tel:+905320000001"),
    ("landline", "0212 000 00 00", "tel:+902120000000"),
    ("abroad without plus", "4915112345678", "tel:+4915112345678"),
    ("abroad with zeros", "004915112345678", "tel:+4915112345678"),
    ("American", "14155552671", "tel:+14155552671"),
    ("short code", "1530", "tel:1530"),
    ("a name", "ISKI", "sms:ISKI"),
    ("a name with Turkish letters", "İGDAŞ", "sms:İGDAŞ"),
    ("letters among digits", "A1530B", "sms:A1530B"),
    ("no possible number", "12", "sms:12"),
    ("nothing", "", None),
    ("blanks", "   ", None),
]


@pytest.mark.parametrize(("label", "text", "expected"), ADDRESSES, ids=[r[0] for r in ADDRESSES])
def test_senders_become_one_form_of_address(label: str, text: str, expected: str | None) -> None:
    urn = sms_urn(text)
    assert (str(urn) if urn else None) == expected


FIELDS = st.sampled_from(
    ["message_id", "type", "received_at", "source_addr", "destination_addr", "keyword", "content", "sid",
     "direction", "from", "to", "body", "num_media", "subresource_uris", "date_sent", "status",
     "sender", "receiver", "datetime", "message", "messages", "netgsm", "occurrence"]
)  # fmt: skip
WORDS = st.sampled_from(["inbound", "outbound", "received", "1", "905320000001", "ok", "2026-05-04 12:30:00"])
FORM_FIELDS = ["MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "OptOutType", "MessageStatus"]
PLAIN = st.dictionaries(FIELDS, WORDS | JSON_VALUES, max_size=10)
ITEMS = st.dictionaries(FIELDS, WORDS | JSON_VALUES | PLAIN | st.lists(PLAIN, max_size=2), max_size=10)


@given(st.lists(ITEMS | JSON_VALUES, max_size=4) | ITEMS)
def test_no_json_raises_anything_else(value: Any) -> None:
    reads_or_refuses(PARSER, json.dumps(value).encode())


@given(
    st.dictionaries(
        st.sampled_from(FORM_FIELDS),
        st.text(max_size=30),
        max_size=8,
    ),
    st.binary(max_size=10),
)
def test_no_form_raises_anything_else(fields: dict[str, str], tail: bytes) -> None:
    reads_or_refuses(PARSER, urlencode(fields, errors="replace").encode() + tail)
