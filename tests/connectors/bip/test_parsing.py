"""Understanding every form of BiP's calls (its Discover and REX pages): G3, S7, W3, W4."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bip import BIP
from connectors.bip.parsing import BipParser
from tests.connectors.damage import JSON_VALUES, reads_or_refuses
from tests.connectors.samples import expectations, reads_as_expected

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = expectations(SAMPLES)
PARSER = BipParser()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name: str) -> None:
    reads_as_expected(PARSER, (SAMPLES / name).read_bytes(), EXPECTED[name])


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


WORDS = st.sampled_from(
    ["M", "E", "R", "U", "S", "T", "I", "L", "x", "905320000001", "https://[", "http://a/b.png", "1e400"]
) | st.integers(-1, 15)
NAMES = (
    "msgId msgid sender receiveDate sendtime type ctype content message event report reporttype reportid"
    " txnid resultcode composition list location data lat lon vCard document filepath filename pollid title"
    " tmmSingle"
)
PARTS = st.recursive(
    st.dictionaries(st.sampled_from(NAMES.split()), JSON_VALUES | WORDS, max_size=6),
    lambda inner: st.dictionaries(
        st.sampled_from([*NAMES.split(), "request", "list"]), inner | st.lists(inner, max_size=3) | WORDS,
        max_size=6,
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    PARTS
    | st.lists(PARTS, max_size=3)
    | st.lists(PARTS, max_size=3).map(lambda each: {"list": each})
    | JSON_VALUES
)
def test_no_json_raises_anything_else(value: Any) -> None:
    reads_or_refuses(PARSER, json.dumps(value).encode())
