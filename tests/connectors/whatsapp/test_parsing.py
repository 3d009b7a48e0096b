"""Understanding stored originals of both providers: G3, W3, W4, W6, W9, W10, W11 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import AddressChange, Received
from connectors.whatsapp import WHATSAPP
from connectors.whatsapp.address import is_number, is_user_id, person, whatsapp_urn
from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.parsing import WhatsAppParser
from domain.urn import Urn
from tests.connectors.damage import JSON_VALUES, reads_or_refuses
from tests.connectors.samples import brings_as_expected, expectations, reads_as_expected
from tests.connectors.whatsapp.accounts import cloud_settings, context, signed

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
META = sorted(name for name in EXPECTED if not name.startswith("twilio_"))
PARSER = WhatsAppParser()


def received(name: str) -> Received:
    return CloudWhatsApp(context(cloud_settings())).receive(signed((SAMPLES / name).read_bytes()))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name])


@pytest.mark.parametrize("name", META)
def test_every_signed_sample_brings_what_is_expected_and_is_acknowledged(name: str) -> None:
    brought = received(name)
    assert (brought.reply.status, brought.reply.body) == (200, b"EVENT_RECEIVED")
    brings_as_expected(PARSER, brought, EXPECTED[name])


def test_an_original_holds_nothing_of_the_others_in_its_batch() -> None:
    first, second, _ = PARSER.parse((SAMPLES / "batch_of_everything.json").read_bytes())
    assert b"905320000002" not in first.raw
    assert b"905320000001" not in second.raw


def test_health_events_hold_nothing_of_a_citizens() -> None:
    for name in META:
        for event in received(name).events:
            if not isinstance(event, AddressChange):
                assert "905320000001" not in event.subject + event.cause


def test_the_registry_line_offers_this_parser() -> None:
    raw = (SAMPLES / "text_turkish.json").read_bytes()
    assert WHATSAPP.parser().parse(raw)[0].text == "Işık Şişli'de söndü, ÇÖP ğ ü İ ı"


ADDRESSES = [
    ("digits", "905320000001", "whatsapp:905320000001"),
    ("with plus", "+905320000001", "whatsapp:905320000001"),
    ("as Twilio writes it", "whatsapp:+905320000001", "whatsapp:905320000001"),
    ("as it is displayed", "+90 532 000 00-01", "whatsapp:905320000001"),
    ("a user id", "TR.13491208655302741918", "whatsapp:TR.13491208655302741918"),
    ("a user id as Twilio writes it", "whatsapp:TR.1349", "whatsapp:TR.1349"),
    ("a parent user id", "US.ENT.1181", "whatsapp:US.ENT.1181"),
    ("something new", "lid-77", "whatsapp:lid-77"),
    ("nothing", "", None),
    ("blanks", " ", None),
    ("a prefix alone", "whatsapp:", None),
]


@pytest.mark.parametrize(("label", "text", "expected"), ADDRESSES, ids=[r[0] for r in ADDRESSES])
def test_every_spelling_becomes_one_form_of_address(label: str, text: str, expected: str | None) -> None:
    urn = whatsapp_urn(text)
    assert (str(urn) if urn else None) == expected


def test_numbers_and_user_ids_are_told_apart() -> None:
    table = [("905320000001", True, False), ("TR.1349", False, True), ("US.ENT.1", False, True),
             ("lid-77", False, False), ("tr.1349", False, False), ("12", False, False)]  # fmt: skip
    for path, number, user_id in table:
        urn = Urn("whatsapp", path)
        assert (is_number(urn), is_user_id(urn)) == (number, user_id)
        assert not is_number(Urn("tel", path))


def test_a_number_goes_before_a_user_id_and_nothing_is_named_twice() -> None:
    urn, further = person("TR.1349", "905320000001", "+905320000001", "")
    assert str(urn) == "whatsapp:905320000001"
    assert [str(each) for each in further] == ["tel:+905320000001", "whatsapp:TR.1349"]


KINDS = st.sampled_from(
    ["text", "image", "audio", "document", "sticker", "location", "contacts", "interactive", "button",
     "order", "unsupported", "edit", "revoke", "reaction", "system", "yepyeni"]
)  # fmt: skip
PARTS = st.sampled_from(
    ["body", "id", "mime_type", "caption", "filename", "latitude", "longitude", "name", "type",
     "button_reply", "nfm_reply", "response_json", "message", "original_message_id", "payload", "wa_id",
     "user_id"]
)  # fmt: skip
OBJECTS = st.dictionaries(PARTS, JSON_VALUES | st.sampled_from(["1", "button_reply", "text"]), max_size=6)
FIELDS = st.sampled_from(
    ["from", "from_user_id", "id", "timestamp", "type", "context", "errors", "group_id", "referral",
     "recipient_id", "status", "text", "image", "contacts", "interactive", "location", "edit"]
)  # fmt: skip
ITEMS = st.builds(
    lambda kind, content, more: {"type": kind, kind: content, **more},
    KINDS,
    OBJECTS | JSON_VALUES,
    st.dictionaries(
        FIELDS, JSON_VALUES | st.sampled_from(["905320000001", "wamid.1", "1777887000"]), max_size=5
    ),
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "messages": st.lists(ITEMS | JSON_VALUES, max_size=3) | JSON_VALUES,
        "statuses": st.lists(ITEMS | JSON_VALUES, max_size=3) | JSON_VALUES,
        "contacts": st.lists(OBJECTS | JSON_VALUES, max_size=2) | JSON_VALUES,
        "errors": st.lists(JSON_VALUES, max_size=2) | JSON_VALUES,
        "metadata": OBJECTS | JSON_VALUES,
        "event": st.text(max_size=10) | JSON_VALUES,
    },
)
NEWS = st.sampled_from(
    ["messages", "message_template_status_update", "account_update", "account_alerts", "security",
     "phone_number_quality_update", "user_id_update", "template_category_update", "yepyeni"]
)  # fmt: skip
CHANGES = st.fixed_dictionaries({"field": NEWS | JSON_VALUES, "value": VALUES | JSON_VALUES})
ENTRIES = st.fixed_dictionaries(
    {"changes": st.lists(CHANGES | JSON_VALUES, max_size=2) | JSON_VALUES},
    optional={"id": JSON_VALUES, "time": JSON_VALUES},
)


@given(st.lists(ENTRIES | JSON_VALUES, max_size=2))
def test_no_notification_raises_anything_else(entries: Any) -> None:
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    reads_or_refuses(PARSER, body)
    brought = CloudWhatsApp(context(cloud_settings())).receive(signed(body))
    assert brought.reply.status == 200
    for item in brought.items:
        item.external_id.encode("utf-8")


@given(
    st.dictionaries(
        st.sampled_from(
            ["MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "Latitude", "Longitude",
             "MessageType", "MessageStatus", "ProfileName", "ButtonText"]
        ),
        st.text(max_size=30),
        max_size=8,
    ),
    st.binary(max_size=10),
)  # fmt: skip
def test_no_form_raises_anything_else(fields: dict[str, str], tail: bytes) -> None:
    reads_or_refuses(PARSER, urlencode(fields, errors="replace").encode() + tail)
