"""What a signed call becomes: G3, W3, W4, test 19; every sample, damaged ones too."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http_channel import HTTP
from connectors.http_channel.connector import HttpParser
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.building import Build
from tests.connectors.damage import JSON_VALUES, reads_or_refuses
from tests.connectors.samples import expectations, expected_messages, reads_as_expected

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
PARSER = HttpParser()


def describe(message: InboundMessage) -> dict[str, Any]:
    plain = (
        "external_id",
        "text",
        "subject",
        "sender_name",
        "external_reference",
        "hide_identity",
        "charset",
    )
    return {name: getattr(message, name) for name in plain} | {
        "sender": str(message.sender) if message.sender else None,
        "contacts": [str(c) for c in message.contacts],
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "place": asdict(message.place) if message.place else None,
        "attachments": [[a.name, a.media_type, len(a.content or b"")] for a in message.attachments],
        "headers": dict(message.headers),
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name], describe)


@pytest.mark.parametrize("name", [n for n, expected in EXPECTED.items() if expected_messages(expected)])
def test_what_an_in_house_system_hands_over_is_private(name: str) -> None:
    assert all(message.private for message in PARSER.parse((SAMPLES / name).read_bytes()))


def test_one_bad_item_is_quarantined_alone_and_the_answer_says_which(build: Build, call: Build) -> None:
    items: list[Any] = [{"id": n, "text": str(n)} for n in range(60)]
    items[17] = {"id": 17, "text": ["bozuk"]}
    received = build().receive(call(items))
    assert [i.text for i in received.items if isinstance(i, InboundMessage)] == [
        str(n) for n in range(60) if n != 17
    ]
    (bad,) = [i for i in received.items if isinstance(i, Unreadable)]
    assert json.loads(bad.raw) == items[17]
    told = json.loads(received.reply.body)["items"]
    assert (received.reply.status, len(told)) == (422, 60)
    assert told[16] == {"id": "16", "accepted": True}
    assert told[17]["accepted"] is False
    assert "text" in told[17]["error"]


def test_the_same_id_put_right_is_no_repetition_of_the_bad_item(build: Build, call: Build) -> None:
    desk = build()
    bad = desk.receive(call({"id": "t-1", "text": None})).items[0]
    good = desk.receive(call({"id": "t-1", "text": "düzeltildi"})).items[0]
    assert bad.external_id != good.external_id == "t-1"
    assert desk.receive(call({"id": "t-1", "text": None})).items[0].external_id == bad.external_id


WHOLE = [b"", b"id=1", b'[{"id": 1, "text": "yar', b"\xff\xfe\x00", b'{"id":1,"text":"a"}{"id":2,"text":"b"}']


@pytest.mark.parametrize("body", WHOLE, ids=repr)
def test_a_body_that_is_no_json_is_kept_whole(body: bytes, build: Build, call: Build) -> None:
    received = build().receive(call(body=body))
    (item,) = received.items
    assert isinstance(item, Unreadable)
    assert (item.raw, received.reply.status) == (body, 422)


def test_an_empty_list_brings_nothing_and_is_fine(build: Build, call: Build) -> None:
    received = build().receive(call([]))
    assert (received.items, received.reply.status) == ([], 200)


def test_the_error_repeats_no_word_of_a_citizen() -> None:
    raw = '{"id": "1", "text": {"a": "gizli sözler"}, "sent_at": "gizli sözler"}'.encode()
    with pytest.raises(UnreadableMessageError) as refused:
        PARSER.parse(raw)
    assert "gizli" not in str(refused.value)


def test_the_registry_line_offers_this_parser() -> None:
    assert HTTP.parser().parse((SAMPLES / "least.json").read_bytes())[0].external_id == "t-1"


NAMES = st.sampled_from(
    ["id", "text", "subject", "sender", "place", "attachments", "sent_at", "reference", "hide_identity"]
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        name: JSON_VALUES
        | st.sampled_from(["a@b.example", "05320000001", "41.0", "image/png", "QUJD", "NaN", 1e400])
        for name in ("phone", "email", "name", "latitude", "longitude", "district", "media_type", "base64")
    },
)
ITEMS = st.dictionaries(NAMES, JSON_VALUES | PARTS | st.lists(PARTS, max_size=2), max_size=8)


@given(st.lists(ITEMS | JSON_VALUES, max_size=4) | ITEMS | ITEMS.map(lambda i: {"id": "1", "text": "x"} | i))
def test_no_json_raises_anything_else(value: Any) -> None:
    reads_or_refuses(PARSER, json.dumps(value).encode())
