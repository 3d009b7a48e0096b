"""Understanding stored originals of both providers: G3, W3, W4, W6, W9, W10, W11 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import AddressChange, ChannelEvent, Received
from connectors.whatsapp import WHATSAPP
from connectors.whatsapp.address import is_number, is_user_id, person, whatsapp_urn
from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.parsing import WhatsAppParser
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage, Unreadable
from domain.urn import Urn
from tests.connectors.whatsapp.accounts import cloud_settings, context, signed

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
META = sorted(name for name in EXPECTED if not name.startswith("twilio_"))
PARSER = WhatsAppParser()


def described(message: InboundMessage) -> dict[str, Any]:
    place = message.place
    return {
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "sender_name": message.sender_name,
        "contacts": [str(urn) for urn in message.contacts],
        "recipients": [str(urn) for urn in message.recipients],
        "text": message.text,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "attachments": [[a.name, a.media_type, a.source] for a in message.attachments],
        "place": [place.latitude, place.longitude, place.address] if place else None,
        "in_reply_to": message.in_reply_to,
        "headers": dict(message.headers),
        "private": message.private,
        "verdict": message.verdict.value,
    }


def reported(report: DeliveryReport) -> dict[str, Any]:
    return {
        "state": report.state.value,
        "gateway_id": report.gateway_id,
        "our_id": report.our_id,
        "recipient": str(report.recipient) if report.recipient else None,
        "reason": report.reason,
        "permanent": report.permanent,
        "stopped": report.stopped,
        "at": report.at.isoformat() if report.at else None,
    }


def told(event: ChannelEvent) -> dict[str, Any]:
    at = event.at.isoformat() if event.at else None
    if isinstance(event, AddressChange):
        return {"old": str(event.old), "new": str(event.new), "at": at}
    return {
        "direction": event.direction.value,
        "state": event.state.value,
        "subject": event.subject,
        "cause": event.cause,
        "at": at,
    }


def fits(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        if wanted.get("external_id") == "sha256:":
            assert one["external_id"].startswith("sha256:")
            one["external_id"] = "sha256:"
        assert {key: one[key] for key in wanted} == wanted


def received(name: str) -> Received:
    return CloudWhatsApp(context(cloud_settings())).receive(signed((SAMPLES / name).read_bytes()))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    if EXPECTED[name] == "error":
        with pytest.raises(UnreadableMessageError):
            PARSER.parse(raw)
        return
    fits([described(m) for m in PARSER.parse(raw)], EXPECTED[name].get("messages", []))


@pytest.mark.parametrize("name", META)
def test_every_signed_sample_brings_what_is_expected_and_is_acknowledged(name: str) -> None:
    brought = received(name)
    assert (brought.reply.status, brought.reply.body) == (200, b"EVENT_RECEIVED")
    if EXPECTED[name] == "error":
        (bad,) = brought.items
        assert isinstance(bad, Unreadable)
        assert bad.external_id
        assert bad.raw
        with pytest.raises(UnreadableMessageError):
            PARSER.parse(bad.raw)
        return
    fits(
        [described(m) for m in brought.items if isinstance(m, InboundMessage)],
        EXPECTED[name].get("messages", []),
    )
    fits([reported(r) for r in brought.reports], EXPECTED[name].get("reports", []))
    fits([told(e) for e in brought.events], EXPECTED[name].get("events", []))
    assert not [item for item in brought.items if isinstance(item, Unreadable)]


def test_every_sample_file_has_its_expectation() -> None:
    assert {p.name for p in SAMPLES.iterdir()} - {"expected.json"} == set(EXPECTED)
    assert len(META) >= 60


@pytest.mark.parametrize("name", sorted(n for n, e in EXPECTED.items() if e != "error" and "messages" in e))
def test_the_stored_original_of_each_message_reads_the_same_again(name: str) -> None:
    for message in PARSER.parse((SAMPLES / name).read_bytes()):
        assert PARSER.parse(message.raw) == [message]


def test_an_original_holds_nothing_of_the_others_in_its_batch() -> None:
    first, second, _ = PARSER.parse((SAMPLES / "batch_of_everything.json").read_bytes())
    assert b"905320000002" not in first.raw
    assert b"905320000001" not in second.raw


def test_files_are_named_but_not_there_yet() -> None:
    for name in META:
        if EXPECTED[name] == "error":
            continue
        for file in (a for m in PARSER.parse((SAMPLES / name).read_bytes()) for a in m.attachments):
            assert (file.content is None) is bool(file.note)
            assert not file.source or file.content is None


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


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
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


def reads_or_refuses(raw: bytes) -> None:
    try:
        found = PARSER.parse(raw)
    except UnreadableMessageError:
        return
    for message in found:
        assert PARSER.parse(message.raw) == [message]
        for text in (message.text, message.external_id, message.sender_name or "", message.in_reply_to or ""):
            text.encode("utf-8")
        assert all((a.source or "").isprintable() for a in message.attachments)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    reads_or_refuses(raw)


@given(st.lists(ENTRIES | JSON_VALUES, max_size=2))
def test_no_notification_raises_anything_else(entries: Any) -> None:
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    reads_or_refuses(body)
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
    reads_or_refuses(urlencode(fields, errors="replace").encode() + tail)


@given(st.binary(max_size=60), st.sampled_from(META), st.data())
def test_damaged_samples_raise_nothing_else(noise: bytes, name: str, data: st.DataObject) -> None:
    raw = (SAMPLES / name).read_bytes()
    place = data.draw(st.integers(0, len(raw)))
    reads_or_refuses(raw[:place] + noise + raw[place + len(noise) :])
