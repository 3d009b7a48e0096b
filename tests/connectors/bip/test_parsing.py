"""Understanding every form of BiP's calls (its Discover and REX pages): G3, S7, W3, W4."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bip import BIP
from connectors.bip.parsing import BipParser
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
PARSER = BipParser()


def described(message: InboundMessage) -> dict[str, Any]:
    place = message.place
    return {
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "contacts": [str(c) for c in message.contacts],
        "text": message.text,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "attachments": [[a.name, a.media_type, a.source] for a in message.attachments],
        "place": [place.address, place.latitude, place.longitude] if place else None,
        "verdict": message.verdict.value,
        "private": message.private,
        "headers": dict(message.headers),
        "charset": message.charset,
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    raw, expected = (SAMPLES / name).read_bytes(), EXPECTED[name]
    if isinstance(expected, str):
        with pytest.raises(UnreadableMessageError, match=expected):
            PARSER.parse(raw)
        return
    messages = PARSER.parse(raw)
    assert len(messages) == len(expected)
    for message, wanted in zip(messages, expected, strict=True):
        found = described(message)
        if wanted.get("external_id") == "sha256:":
            found["external_id"] = found["external_id"][:7]
        assert {key: found[key] for key in wanted} == wanted
        assert all(a.content is None and a.note for a in message.attachments)


def test_every_sample_file_has_its_expectation() -> None:
    assert {p.name for p in SAMPLES.iterdir()} - {"expected.json"} == set(EXPECTED)
    assert len(EXPECTED) >= 15


@pytest.mark.parametrize("name", sorted(n for n, e in EXPECTED.items() if not isinstance(e, str)))
def test_the_stored_original_of_each_message_reads_the_same_again(name: str) -> None:
    for message in PARSER.parse((SAMPLES / name).read_bytes()):
        assert PARSER.parse(message.raw) == [message]


def test_a_message_forwarded_and_given_to_a_command_is_one() -> None:
    said = {
        "msgId": "7",
        "transactionId": "t",
        "receiveDate": "04/05/2026 12:30:00",
        "sender": "905320000001",
    }
    content = {"type": 0, "message": "aynı"}
    forwarded = {"list": [{"request": said | {"type": "M", "content": content}}]}
    command = said | {"keyword": "", "composition": {"list": [content]}}
    ids = {PARSER.parse(json.dumps(body).encode())[0].external_id for body in (forwarded, command)}
    assert ids == {"rex:7"}


def test_the_two_systems_numbers_are_kept_apart() -> None:
    pushed = {"msgid": 7, "sender": "905320000001", "type": "M", "ctype": "T", "content": "başka"}
    assert PARSER.parse(json.dumps(pushed).encode())[0].external_id == "tes:7"


def test_without_an_id_the_same_words_at_another_time_stay_two() -> None:
    """S2."""
    said = {"sender": "905320000001", "type": "M", "ctype": "T", "content": "tamam"}
    times = ("04.05.2026 12:30:00.000 +0300", "04.05.2026 12:31:00.000 +0300")
    bodies = [json.dumps(said | {"sendtime": each}).encode() for each in (*times, times[0])]
    first, second, again = (PARSER.parse(body)[0].external_id for body in bodies)
    assert first == again != second


def test_the_registry_line_offers_this_parser() -> None:
    assert BIP.parser().parse((SAMPLES / "tes_text.json").read_bytes())[0].text == "selam"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.sampled_from(
    ["M", "E", "R", "U", "S", "T", "I", "L", "x", "905320000001", "https://[", "http://a/b.png", "1e400"]
) | st.integers(-1, 15)
NAMES = (
    "msgId msgid sender receiveDate sendtime type ctype content message event report reporttype reportid"
    " txnid resultcode composition list location data lat lon vCard document filepath filename pollid title"
    " tmmSingle"
)
PARTS = st.recursive(
    st.dictionaries(st.sampled_from(NAMES.split()), ANY | WORDS, max_size=6),
    lambda inner: st.dictionaries(
        st.sampled_from([*NAMES.split(), "request", "list"]), inner | st.lists(inner, max_size=3) | WORDS,
        max_size=6,
    ),
    max_leaves=8,
)  # fmt: skip


def reads_or_refuses(raw: bytes) -> None:
    try:
        messages = PARSER.parse(raw)
    except UnreadableMessageError:
        return
    for message in messages:
        assert PARSER.parse(message.raw) == [message]
        (message.text + message.external_id + str(message.sender)).encode("utf-8")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    reads_or_refuses(raw)


@given(
    PARTS | st.lists(PARTS, max_size=3) | st.lists(PARTS, max_size=3).map(lambda each: {"list": each}) | ANY
)
def test_no_json_raises_anything_else(value: Any) -> None:
    reads_or_refuses(json.dumps(value).encode())


@given(st.binary(max_size=60), st.sampled_from(sorted(EXPECTED)), st.data())
def test_damaged_samples_raise_nothing_else(noise: bytes, name: str, data: st.DataObject) -> None:
    raw = (SAMPLES / name).read_bytes()
    place = data.draw(st.integers(0, len(raw)))
    reads_or_refuses(raw[:place] + noise + raw[place + len(noise) :])
