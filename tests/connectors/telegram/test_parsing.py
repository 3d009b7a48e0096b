"""Understanding stored updates: G3, T4, T7 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telegram import TELEGRAM
from connectors.telegram.kinds import CONTENT, SERVICE
from connectors.telegram.parsing import accepted
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Unreadable

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
PARSER = TELEGRAM.parser()


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
        "headers_content": message.headers.get("content"),
        "headers_forwarded": message.headers.get("forwarded"),
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
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", sorted(name for name, e in EXPECTED.items() if e not in ("error", [])))
def test_the_stored_original_of_each_message_reads_the_same_again(name: str) -> None:
    (message,) = PARSER.parse((SAMPLES / name).read_bytes())
    assert PARSER.parse(message.raw) == [message]


def sample(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((SAMPLES / name).read_bytes())
    return value


def ids(*updates: dict[str, Any]) -> list[str]:
    return [m.external_id for update in updates for m in PARSER.parse(json.dumps(update).encode())]


def test_the_same_number_in_two_chats_is_two_messages() -> None:
    here, there = sample("text.json"), sample("text.json")
    there["message"]["chat"]["id"] += 1
    assert len(set(ids(here, there))) == 2


def test_two_edits_within_one_second_stay_two() -> None:
    first, second = sample("edited.json"), sample("edited.json")
    second["update_id"] += 1
    assert len(set(ids(sample("text.json"), first, second))) == 3


def test_an_edit_that_comes_again_is_known_by_its_id() -> None:
    assert len(set(ids(sample("edited.json"), sample("edited.json")))) == 1


def test_the_messages_of_an_album_share_one_reference_within_their_chat() -> None:
    names = ("album_first.json", "album_second.json", "album_video.json")
    album = [PARSER.parse((SAMPLES / name).read_bytes())[0] for name in names]
    assert len({tuple(message.references) for message in album}) == 1
    assert len({message.external_id for message in album}) == 3


UNREADABLE = [
    ("an edit has a number of its own", {"update_id": 9, "edited_message": [1]}, "update:9"),
    ("a message is known by chat and number", {"update_id": 9, "message": {
        "chat": {"id": 4}, "message_id": 5, "text": []}}, "4:5"),
    ("else by the update", {"update_id": 9, "message": {"text": "x"}}, "update:9"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "update", "expected"), UNREADABLE, ids=[r[0] for r in UNREADABLE])
def test_what_cannot_be_read_has_the_same_id_at_every_delivery(
    label: str, update: dict[str, Any], expected: str
) -> None:
    item = accepted(json.dumps(update).encode())
    assert isinstance(item, Unreadable)
    assert item.external_id == expected


def test_bytes_that_are_no_update_at_all_are_known_by_their_hash() -> None:
    first, second = accepted(b"\xff\x00"), accepted(b"\xff\x00")
    assert isinstance(first, Unreadable)
    assert first == second
    assert first.external_id.startswith("sha256:")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    *sorted(set(CONTENT) | SERVICE), "from", "chat", "date", "message_id", "edit_date", "sender_chat",
    "entities", "reply_to_message", "media_group_id", "forward_origin", "is_automatic_forward",
    "caption_entities",
]  # fmt: skip


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


@given(
    st.sampled_from(["message", "edited_message", "channel_post", "my_chat_member"]),
    st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=8),
)
def test_no_update_raises_anything_else(kind: str, fields: dict[str, Any]) -> None:
    base = {"message_id": 1, "chat": {"id": 2, "type": "private"}, "text": "x"}
    reads_or_refuses(json.dumps({"update_id": 1, kind: base | fields}).encode())


@given(st.sampled_from(sorted(EXPECTED)), st.binary(max_size=40), st.data())
def test_damaged_samples_raise_nothing_else(name: str, noise: bytes, data: st.DataObject) -> None:
    raw = (SAMPLES / name).read_bytes()
    place = data.draw(st.integers(0, len(raw)))
    reads_or_refuses(raw[:place] + noise + raw[place + len(noise) :])


@given(st.sampled_from(sorted(name for name, e in EXPECTED.items() if e not in ("error", []))), st.data())
def test_a_sample_with_one_value_replaced_raises_nothing_else(name: str, data: st.DataObject) -> None:
    update = json.loads((SAMPLES / name).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    kind = next(k for k in update if k != "update_id")
    spot: Any = update[kind]
    while True:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if not (isinstance(spot[key], dict | list) and spot[key] and data.draw(st.booleans())):
            break
        spot = spot[key]
    spot[key] = data.draw(JSON_VALUES)
    reads_or_refuses(json.dumps(update).encode())
