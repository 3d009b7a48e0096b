"""What counts as personal data, and what only looks like it. The tables hold made-up values."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from domain.personal import mask
from domain.vocabulary import PersonalData
from router.personal_data import LONGEST_TEXT, find_personal_data

HERE = Path(__file__).parent
EXAMPLES = Path(config.__file__).parent / "examples"
FOUND = [
    (PersonalData(kind), marked)
    for kind, rows in tomllib.loads((HERE / "found.toml").read_text(encoding="utf-8")).items()
    for marked in rows
]
NONE = (HERE / "none.txt").read_text(encoding="utf-8").splitlines()
_MARKED = re.compile(r"\[\[(.*?)\]\]")


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find_personal_data(text)]


@pytest.mark.parametrize(("kind", "marked"), FOUND)
def test_what_is_marked_is_found_and_nothing_else(kind: PersonalData, marked: str) -> None:
    wanted = [(kind, value) for value in _MARKED.findall(marked)]
    assert found(_MARKED.sub(r"\1", marked)) == wanted


@pytest.mark.parametrize("kind", PersonalData)
def test_each_kind_is_tried_in_forty_spellings(kind: PersonalData) -> None:
    assert len({marked for each, marked in FOUND if each is kind}) >= 40


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_table_of_other_numbers_is_long_enough() -> None:
    assert len(set(NONE)) >= 120


def test_what_stands_in_one_text_is_found_together_and_in_order() -> None:
    text = (
        "TC 10000000146, tel (0212) 345 67 89 veya 0532 123 45 67, ali@eposta.example, 34 ABC 123,"
        " iade TR33 0006 1005 1978 6457 8413 26; başvurum 2026-0001234-5, 500T ile geldim"
    )
    assert [kind for kind, _ in found(text)] == [
        "identity_number",
        "phone",
        "phone",
        "email",
        "plate",
        "iban",
    ]


def test_no_shipped_example_holds_personal_data() -> None:
    lines = [
        line for path in EXAMPLES.glob("*.txt") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) > 1000
    assert [line for line in lines if find_personal_data(line)] == []


BROKEN = [
    ("identity number, last digit", "TC kimlik no 10000000147"),
    ("identity number, a zero first", "TC kimlik no 00000000146"),
    ("identity number, a digit too many", "TC kimlik no 100000001465"),
    ("tax number, last digit", "vergi no 1234567891"),
    ("tax number that nothing names", "yazan kod 1234567890"),
    ("IBAN, two digits exchanged", "TR33 0006 1005 1978 6457 8431 26"),
    ("another country's IBAN", "DE89 3704 0044 0532 0130 00"),
    ("card, last digit", "kart 4111 1111 1111 1112"),
    ("card of no known house", "kart 1111 1111 1111 1117"),
    ("phone of no operator", "tel 0599 123 45 67"),
    ("phone, a digit too few", "tel 0532 123 45 6"),
    ("plate of no province", "82 ABC 123"),
    ("plate, too many letters", "34 ABCD 123"),
    ("plate with a letter that none has", "34 QW 1234"),
    ("mail address without a domain", "ali@eposta"),
    ("somebody's name on a platform", "sevgili @belediye.com bakın"),
    ("passport that nothing names", "U12345678 yazıyor"),
]


@pytest.mark.parametrize(("label", "text"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_its_own_rule_refuses_is_not_found(label: str, text: str) -> None:
    assert found(text) == []


@given(st.text(alphabet="0123456789 -./()+@TRtrABCabcıİ'’,:\n４٣\u00a0", max_size=120))
def test_spans_lie_apart_in_the_text_whatever_it_says(text: str) -> None:
    spans = find_personal_data(text)
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))
    assert len(mask(text, spans)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "0532 ",
        "a@",
        "34 a ",
        "tr",
        "34 ABC 123, ",
        "a@b.com ",
        "1234567890",
        "pasaport ",
        "((",
        "4111-",
    ],
)
def test_a_long_text_of_one_piece_is_read_to_its_end(piece: str) -> None:
    # With work that grew by the square of the length this would outlast the test's own time limit.
    text = piece * (LONGEST_TEXT // 3 // len(piece)) + " TC kimlik no: 10000000146"
    assert find_personal_data(text)[-1].end == len(text)
