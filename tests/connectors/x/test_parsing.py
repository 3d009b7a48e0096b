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
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Unreadable

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
READABLE = sorted(name for name, expected in EXPECTED.items() if expected not in ("error", []))
PARSER = X.parser()


def described(message: InboundMessage) -> dict[str, Any]:
    place = message.place
    return {
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "sender_name": message.sender_name,
        "recipients": [str(urn) for urn in message.recipients],
        "text": message.text,
        "quoted_spans": [list(span) for span in message.quoted_spans],
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "private": message.private,
        "verdict": message.verdict.value,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "place": [place.latitude, place.longitude, place.address] if place else None,
        "attachments": [[a.name, a.media_type, a.source, a.note] for a in message.attachments],
        "headers": dict(message.headers),
        "headers_refers": message.headers.get("refers"),
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_sample_reads_as_expected(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    if EXPECTED[name] == "error":
        with pytest.raises(UnreadableMessageError):
            PARSER.parse(raw)
        return
    messages = PARSER.parse(raw)
    assert len(messages) == len(EXPECTED[name])
    for message, expected in zip(messages, EXPECTED[name], strict=True):
        found = described(message)
        assert {key: found[key] for key in expected} == expected


def test_every_sample_file_has_its_expectation() -> None:
    assert {path.name for path in SAMPLES.iterdir()} - {"expected.json"} == set(EXPECTED)
    assert len(EXPECTED) >= 20


@pytest.mark.parametrize("name", READABLE)
def test_the_stored_original_of_each_message_reads_the_same_again(name: str) -> None:
    for message in PARSER.parse((SAMPLES / name).read_bytes()):
        assert PARSER.parse(message.raw) == [message]


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


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "id", "text", "author_id", "created_at", "conversation_id", "referenced_tweets", "referenced_posts",
    "entities", "attachments", "geo", "note_tweet", "edit_history_tweet_ids", "sender_id", "event_type",
    "message_create", "dm_conversation_id", "author", "created_timestamp", "in_reply_to_tweet_id",
]  # fmt: skip
KINDS = ["post.mention.create", "post.reply.create", "dm.received", "chat.received", "like.create", "neu"]


def reads_or_refuses(raw: bytes) -> None:
    try:
        messages = PARSER.parse(raw)
    except UnreadableMessageError:
        return
    for message in messages:
        assert PARSER.parse(message.raw) == [message]
        message.text.encode("utf-8")
        message.external_id.encode("utf-8")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    reads_or_refuses(raw)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=8), JSON_VALUES)
def test_no_item_raises_anything_else(fields: dict[str, Any], includes: Any) -> None:
    item = {"id": "5", "text": "x", "author_id": "4"} | fields
    reads_or_refuses(json.dumps({"for_user_id": "1", "data": item, "includes": includes}).encode())


@given(
    st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=5) | JSON_VALUES
)
def test_no_event_raises_anything_else(kind: str, payload: Any) -> None:
    data = {"event_uuid": "7", "event_type": kind, "payload": payload, "filter": {"user_id": "1"}}
    reads_or_refuses(json.dumps({"data": data}).encode())


@given(st.sampled_from(sorted(EXPECTED)), st.binary(max_size=40), st.data())
def test_damaged_samples_raise_nothing_else(name: str, noise: bytes, data: st.DataObject) -> None:
    raw = (SAMPLES / name).read_bytes()
    place = data.draw(st.integers(0, len(raw)))
    reads_or_refuses(raw[:place] + noise + raw[place + len(noise) :])


@given(st.sampled_from(READABLE), st.data())
def test_a_sample_with_one_value_replaced_raises_nothing_else(name: str, data: st.DataObject) -> None:
    value = json.loads((SAMPLES / name).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    spot: Any = value
    while True:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if not (isinstance(spot[key], dict | list) and spot[key] and data.draw(st.booleans())):
            break
        spot = spot[key]
    spot[key] = data.draw(JSON_VALUES)
    reads_or_refuses(json.dumps(value).encode())
