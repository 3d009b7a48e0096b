"""Understanding stored originals: G3, W3, W4, F1, F2, F3, F6 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import AddressChange, ChannelEvent, Received
from connectors.facebook import FACEBOOK, FacebookConnector
from connectors.facebook.envelope import load, pieces
from connectors.facebook.events import Event
from connectors.facebook.parsing import read_piece, try_polled
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage, Unreadable
from tests.connectors.facebook.accounts import context, settings, signed
from tests.servers.facebook import PAGE

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
HOOKS = sorted(name for name in EXPECTED if not name.startswith(("polled_", "bad_polled_")))
GOOD = sorted(name for name, expected in EXPECTED.items() if expected != "error")
PARSER = FACEBOOK.parser()


def described(message: InboundMessage) -> dict[str, Any]:
    place = message.place
    return {
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "sender_name": message.sender_name,
        "recipients": [str(urn) for urn in message.recipients],
        "contacts": [str(urn) for urn in message.contacts],
        "text": message.text,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "private": message.private,
        "verdict": message.verdict.value,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "place": [place.latitude, place.longitude, place.address] if place else None,
        "attachments": [[a.name, a.media_type, a.source, a.note] for a in message.attachments],
        "files": [a.source for a in message.attachments],
        "headers": dict(message.headers),
    }


def reported(report: DeliveryReport) -> dict[str, Any]:
    return {
        "state": report.state.value,
        "gateway_id": report.gateway_id,
        "recipient": str(report.recipient) if report.recipient else None,
        "reason": report.reason,
        "permanent": report.permanent,
        "stopped": report.stopped,
        "at": report.at.isoformat() if report.at else None,
    }


def told(event: ChannelEvent) -> dict[str, Any]:
    assert not isinstance(event, AddressChange)
    return {
        "direction": event.direction.value,
        "state": event.state.value,
        "subject": event.subject,
        "cause": event.cause,
    }


def fits(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        if wanted.get("external_id") == "sha256:":
            assert one["external_id"].startswith("sha256:")
            one["external_id"] = "sha256:"
        assert {key: one[key] for key in wanted} == wanted


def received(name: str) -> Received:
    return FacebookConnector(context(settings())).receive(signed((SAMPLES / name).read_bytes()))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    if EXPECTED[name] == "error":
        with pytest.raises(UnreadableMessageError):
            PARSER.parse(raw)
        return
    fits([described(m) for m in PARSER.parse(raw)], EXPECTED[name]["messages"])


@pytest.mark.parametrize("name", HOOKS)
def test_every_signed_sample_brings_what_is_expected_and_is_acknowledged(name: str) -> None:
    brought = received(name)
    assert (brought.reply.status, brought.reply.body) == (200, b"EVENT_RECEIVED")
    if EXPECTED[name] == "error":
        (bad,) = brought.items
        assert isinstance(bad, Unreadable)
        assert bad.external_id
        with pytest.raises(UnreadableMessageError):
            PARSER.parse(bad.raw)
        return
    fits([described(m) for m in brought.items if isinstance(m, InboundMessage)], EXPECTED[name]["messages"])
    fits([reported(r) for r in brought.reports], EXPECTED[name].get("reports", []))
    fits([told(e) for e in brought.events], EXPECTED[name].get("events", []))
    assert not [item for item in brought.items if isinstance(item, Unreadable)]


def test_every_sample_file_has_its_expectation() -> None:
    assert {p.name for p in SAMPLES.iterdir()} - {"expected.json"} == set(EXPECTED)
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", GOOD)
def test_the_stored_original_of_each_message_reads_the_same_again(name: str) -> None:
    for message in PARSER.parse((SAMPLES / name).read_bytes()):
        assert PARSER.parse(message.raw) == [message]


def test_a_polled_comment_and_the_same_by_webhook_have_one_id() -> None:
    (polled,) = PARSER.parse((SAMPLES / "polled_comment.json").read_bytes())
    (pushed,) = PARSER.parse((SAMPLES / "change_comment.json").read_bytes())
    assert (polled.external_id, polled.text, polled.sent_at) == (
        pushed.external_id,
        pushed.text,
        pushed.sent_at,
    )


EVENTS = [
    ("event_echo.json", Event.ECHO),
    ("event_echo_unmarked.json", Event.ECHO),
    ("event_delivery_watermark.json", Event.DELIVERY),
    ("event_read.json", Event.READ),
    ("event_postback.json", Event.POSTBACK),
    ("event_referral.json", Event.REFERRAL),
    ("event_reaction.json", Event.REACTION),
    ("event_reaction_taken_back.json", Event.REACTION),
    ("event_unsend.json", Event.UNSEND),
    ("event_story_mention.json", Event.STORY_MENTION),
    ("event_optin.json", Event.OPTIN),
    ("event_handover.json", Event.HANDOVER),
    ("event_account_linking.json", Event.OTHER),
    ("event_policy_new.json", Event.POLICY),
    ("change_own_comment.json", Event.OWN),
    ("change_removed.json", Event.REMOVED),
    ("change_like.json", Event.REACTION),
    ("change_other_field.json", Event.OTHER),
]


@pytest.mark.parametrize(("name", "event"), EVENTS, ids=[r[0] for r in EVENTS])
def test_what_is_no_message_is_named(name: str, event: Event) -> None:
    (piece,) = pieces(load((SAMPLES / name).read_bytes()))
    assert read_piece(piece) == [event]


POLLED = [("polled_own_post.json", Event.OWN), ("polled_empty_comment.json", Event.EMPTY)]


@pytest.mark.parametrize(("name", "event"), POLLED, ids=[r[0] for r in POLLED])
def test_what_is_polled_and_no_message_is_named(name: str, event: Event) -> None:
    raw = (SAMPLES / name).read_bytes()
    assert try_polled(raw, "x") is event


def test_a_page_scoped_id_is_joined_with_no_phone_and_no_mail() -> None:
    for name in GOOD:
        for message in PARSER.parse((SAMPLES / name).read_bytes()):
            assert not message.contacts
            assert message.sender is None or message.sender.scheme == "facebook"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    ["1", "image", "location", "comment", "post", "add", "edited", "photo", "share",
     "2026-05-04T09:30:00+0000", "https://a.fbcdn.net/x.jpg", "http://[", PAGE,
     "99999999999999999999", "0001-01-01T00:00:00+14:00"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["mid", "text", "attachments", "type", "payload", "url", "coordinates", "lat", "long", "reply_to",
     "story", "quick_reply", "is_echo", "is_deleted", "referral", "generic", "elements", "title",
     "mids", "watermark", "action", "id", "name", "num_edit", "item", "verb", "comment_id",
     "post_id", "parent_id", "from", "message", "created_time", "photos", "photo", "link",
     "attachment", "media", "image", "src", "subattachments", "data", "place", "location",
     "latitude", "longitude", "parent", "permalink_url", "sender_id"]
)  # fmt: skip
OBJECTS = st.recursive(
    JSON_VALUES | WORDS,
    lambda inner: st.dictionaries(NAMES, inner, max_size=5) | st.lists(inner, max_size=2),
    max_leaves=15,
)
ITEMS = st.dictionaries(
    st.sampled_from(
        ["sender", "recipient", "timestamp", "message", "message_edit", "delivery", "policy_enforcement",
         "read", "field", "value"]
    ),
    OBJECTS | st.just("feed"),
    max_size=4,
)  # fmt: skip
ENTRIES = st.fixed_dictionaries(
    {"id": st.just(PAGE) | JSON_VALUES},
    optional={key: st.lists(ITEMS | OBJECTS, max_size=3) | JSON_VALUES
              for key in ("messaging", "standby", "changes", "time")},
)  # fmt: skip


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
    body = json.dumps({"object": "page", "entry": entries}).encode()
    reads_or_refuses(body)
    brought = FacebookConnector(context(settings())).receive(signed(body))
    assert brought.reply.status == 200
    for item in brought.items:
        item.external_id.encode("utf-8")


@given(st.sampled_from(["comments", "feed", "x"]), OBJECTS, OBJECTS)
def test_no_polled_item_raises_anything_else(edge: str, item: Any, post: Any) -> None:
    reads_or_refuses(json.dumps({"page": PAGE, "edge": edge, "post": post, "item": item}).encode())


@given(st.binary(max_size=60), st.sampled_from(sorted(EXPECTED)), st.data())
def test_damaged_samples_raise_nothing_else(noise: bytes, name: str, data: st.DataObject) -> None:
    raw = (SAMPLES / name).read_bytes()
    place = data.draw(st.integers(0, len(raw)))
    reads_or_refuses(raw[:place] + noise + raw[place + len(noise) :])
