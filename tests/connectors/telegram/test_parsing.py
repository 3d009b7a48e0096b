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
from domain.messages import InboundMessage, Unreadable
from tests.connectors.damage import JSON_VALUES, reads_or_refuses, replaced
from tests.connectors.samples import described, expectations, expected_messages, reads_as_expected

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
READABLE = [SAMPLES / name for name, expected in EXPECTED.items() if expected_messages(expected)]
PARSER = TELEGRAM.parser()


def describe(message: InboundMessage) -> dict[str, Any]:
    marks = {f"headers_{name}": message.headers.get(name) for name in ("content", "forwarded")}
    return described(message, notes=True) | marks


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name], describe)


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


FIELDS = [
    *sorted(set(CONTENT) | SERVICE), "from", "chat", "date", "message_id", "edit_date", "sender_chat",
    "entities", "reply_to_message", "media_group_id", "forward_origin", "is_automatic_forward",
    "caption_entities",
]  # fmt: skip


@given(
    st.sampled_from(["message", "edited_message", "channel_post", "my_chat_member"]),
    st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=8),
)
def test_no_update_raises_anything_else(kind: str, fields: dict[str, Any]) -> None:
    base = {"message_id": 1, "chat": {"id": 2, "type": "private"}, "text": "x"}
    reads_or_refuses(PARSER, json.dumps({"update_id": 1, kind: base | fields}).encode())


def content(update: dict[str, Any]) -> Any:
    return next(value for key, value in update.items() if key != "update_id")


@given(replaced(READABLE, within=content))
def test_a_sample_with_one_value_replaced_raises_nothing_else(raw: bytes) -> None:
    reads_or_refuses(PARSER, raw)
