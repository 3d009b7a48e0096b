"""Understanding stored posts, messages and events: G3, X0, X4, X5 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.x import X
from connectors.x.envelope import pieces
from connectors.x.parsing import understood
from domain.messages import InboundMessage, Unreadable
from tests.connectors.damage import JSON_VALUES, reads_or_refuses, replaced
from tests.connectors.samples import described, expectations, expected_messages, reads_as_expected

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
READABLE = [SAMPLES / name for name, expected in EXPECTED.items() if expected_messages(expected)]
PARSER = X.parser()


def describe(message: InboundMessage) -> dict[str, Any]:
    return described(message, notes=True) | {"headers_refers": message.headers.get("refers")}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name], describe)


def test_the_words_of_others_are_quotations_and_not_the_citizens_own() -> None:
    (message,) = PARSER.parse((SAMPLES / "reply.json").read_bytes())
    assert message.own_words == "@masa bakar mısınız"


KEYS = [
    ("a post by its id", {"for_user_id": "1", "data": {"id": "5", "text": 7}}, "post:5"),
    ("a message by its id", {"data": {"id": "5", "sender_id": "4"}}, "dm:5"),
    ("what is neither by the event", {"data": {"event_uuid": "77", "event_type": "post.neu", "payload": {}}},
     "event:77"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "value", "expected"), KEYS, ids=[row[0] for row in KEYS])
def test_what_cannot_be_read_is_known_at_each_delivery(
    label: str, value: dict[str, Any], expected: str
) -> None:
    (piece,) = pieces(json.dumps(value).encode())
    (item,) = understood(piece)
    assert isinstance(item, Unreadable)
    assert item.external_id == expected
    assert item.traceback


FIELDS = [
    "id", "text", "author_id", "created_at", "conversation_id", "referenced_tweets", "referenced_posts",
    "entities", "attachments", "geo", "note_tweet", "edit_history_tweet_ids", "sender_id", "event_type",
    "message_create", "dm_conversation_id", "author", "created_timestamp", "in_reply_to_tweet_id",
]  # fmt: skip
KINDS = ["post.mention.create", "post.reply.create", "dm.received", "chat.received", "like.create", "neu"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=8), JSON_VALUES)
def test_no_item_raises_anything_else(fields: dict[str, Any], includes: Any) -> None:
    item = {"id": "5", "text": "x", "author_id": "4"} | fields
    reads_or_refuses(PARSER, json.dumps({"for_user_id": "1", "data": item, "includes": includes}).encode())


@given(
    st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=5) | JSON_VALUES
)
def test_no_event_raises_anything_else(kind: str, payload: Any) -> None:
    data = {"event_uuid": "7", "event_type": kind, "payload": payload, "filter": {"user_id": "1"}}
    reads_or_refuses(PARSER, json.dumps({"data": data}).encode())


@given(replaced(READABLE))
def test_a_sample_with_one_value_replaced_raises_nothing_else(raw: bytes) -> None:
    reads_or_refuses(PARSER, raw)
