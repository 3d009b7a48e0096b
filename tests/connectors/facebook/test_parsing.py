"""Understanding stored originals: G3, W3, W4, F1, F2, F3, F6 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Received
from connectors.facebook import FACEBOOK, FacebookConnector
from connectors.facebook.envelope import load, pieces
from connectors.facebook.events import Event
from connectors.facebook.parsing import read_piece, try_polled
from domain.messages import InboundMessage
from tests.connectors.damage import JSON_VALUES, reads_or_refuses
from tests.connectors.facebook.accounts import context, settings, signed
from tests.connectors.samples import brings_as_expected, described, expectations, reads_as_expected
from tests.servers.facebook import PAGE

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
HOOKS = sorted(name for name in EXPECTED if not name.startswith(("polled_", "bad_polled_")))
GOOD = sorted(name for name, expected in EXPECTED.items() if expected != "error")
PARSER = FACEBOOK.parser()


def describe(message: InboundMessage) -> dict[str, Any]:
    return described(message, notes=True)


def received(name: str) -> Received:
    return FacebookConnector(context(settings())).receive(signed((SAMPLES / name).read_bytes()))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name], describe)


@pytest.mark.parametrize("name", HOOKS)
def test_every_signed_sample_brings_what_is_expected_and_is_acknowledged(name: str) -> None:
    brought = received(name)
    assert (brought.reply.status, brought.reply.body) == (200, b"EVENT_RECEIVED")
    brings_as_expected(PARSER, brought, EXPECTED[name], describe)


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


@given(st.lists(ENTRIES | JSON_VALUES, max_size=2))
def test_no_notification_raises_anything_else(entries: Any) -> None:
    body = json.dumps({"object": "page", "entry": entries}).encode()
    reads_or_refuses(PARSER, body)
    brought = FacebookConnector(context(settings())).receive(signed(body))
    assert brought.reply.status == 200
    for item in brought.items:
        item.external_id.encode("utf-8")


@given(st.sampled_from(["comments", "feed", "x"]), OBJECTS, OBJECTS)
def test_no_polled_item_raises_anything_else(edge: str, item: Any, post: Any) -> None:
    reads_or_refuses(PARSER, json.dumps({"page": PAGE, "edge": edge, "post": post, "item": item}).encode())
