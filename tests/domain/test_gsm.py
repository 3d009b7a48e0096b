"""Counting and cutting outgoing texts: S6, test 25 of docs/acceptance.md."""

import random
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.graphemes import graphemes
from domain.gsm import SIZES, SmsEncoding, ascii_fold_sms, plan, unit_length

E = SmsEncoding
RECEIPT = (
    "Başvurunuz alındı. Başvuru no 2026-0001234-5, güvenlik no 123456. Sorgu: basvuru.example İyi günler"
)

SIZES_TABLE = [
    ("plain, one segment full", "a" * 160, True, E.GSM7, 160, 1),
    ("plain, one too many", "a" * 161, True, E.GSM7, 161, 2),
    ("plain, two segments full", "a" * 306, True, E.GSM7, 306, 2),
    ("plain, three", "a" * 307, True, E.GSM7, 307, 3),
    ("letters of the default alphabet cost one", "ÇöÖüÜ" * 32, True, E.GSM7, 160, 1),
    ("the extension costs two", "^{}\\[]~|€" * 8 + "€" * 8, True, E.GSM7, 160, 1),
    ("an extension sign too many", "€" * 80 + "a", True, E.GSM7, 161, 2),
    ("Turkish, one segment full", "ş" + "a" * 153, True, E.GSM7_TURKISH_SINGLE, 155, 1),
    ("Turkish, one too many", "ş" + "a" * 154, True, E.GSM7_TURKISH_SINGLE, 156, 2),
    ("Turkish, two full", "ş" + "a" * 296, True, E.GSM7_TURKISH_SINGLE, 298, 2),
    ("Turkish, seven full", "ş" + "a" * 1041, True, E.GSM7_TURKISH_SINGLE, 1043, 7),
    ("every Turkish letter costs two", "çğĞıİşŞ" * 11, True, E.GSM7_TURKISH_SINGLE, 154, 1),
    ("short Turkish goes by the table before UCS-2", "şşş", True, E.GSM7_TURKISH_SINGLE, 6, 1),
    ("Turkish where the provider has no table", "ş" * 70, False, E.UCS2, 70, 1),
    ("and one too many", "ş" * 71, False, E.UCS2, 71, 2),
    ("UCS-2, two full", "ş" * 134, False, E.UCS2, 134, 2),
    ("UCS-2, three", "ş" * 135, False, E.UCS2, 135, 3),
    ("a sign outside every table", "Teşekkürler 👍", True, E.UCS2, 14, 1),
    ("an emoji costs two UTF-16 units", "👍" * 35, True, E.UCS2, 70, 1),
    ("a decomposed letter counts as the composed one", "ş" * 70, False, E.UCS2, 70, 1),
    ("nothing", "", True, E.GSM7, 0, 1),
]


@pytest.mark.parametrize(
    ("label", "text", "turkish", "encoding", "units", "segments"),
    SIZES_TABLE,
    ids=[r[0] for r in SIZES_TABLE],
)
def test_a_text_is_counted_by_the_3gpp_sizes(
    label: str, text: str, turkish: bool, encoding: SmsEncoding, units: int, segments: int
) -> None:
    planned = plan(text, turkish=turkish)
    assert (planned.encoding, planned.units, planned.segments) == (encoding, units, segments)


def test_a_turkish_receipt_is_one_segment_with_the_table_and_two_in_ucs2() -> None:
    assert plan(RECEIPT, turkish=True).segments == 1
    assert plan(RECEIPT, turkish=False).segments == 2


def test_the_locking_table_is_taken_only_where_it_saves_a_segment() -> None:
    assert plan("ş" * 77, turkish=True, locking=True).encoding is E.GSM7_TURKISH_SINGLE
    assert plan("ş" * 78, turkish=True, locking=True).encoding is E.GSM7_TURKISH_BOTH
    assert plan("ş" * 152, turkish=True, locking=True).segments == 1
    assert plan("ş" * 153, turkish=True, locking=True).segments == 2
    assert plan("ş" * 292, turkish=True, locking=True).segments == 2
    assert plan("ş" * 293, turkish=True, locking=True).segments == 3


# The oracle of test 25: alphabets written down once more, by hand, and the plainest possible packing.
_ONE = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | {
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *"abcdefghijklmnopqrstuvwxyz",
}
_TWO = set("\f^{}\\[~]|€")
_LETTERS = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ"


def _packed(costs: list[int], lone: int, several: int) -> int:
    if sum(costs) <= lone:
        return 1
    segments, room = 0, 0
    for cost in costs:
        if cost > room:
            segments, room = segments + 1, several
        room -= cost
    return segments


def _expected_segments(text: str, turkish: bool) -> int:
    found = [_packed([1 + (ord(c) > 0xFFFF) for c in text], 70, 67)]
    if set(text) <= _ONE | _TWO:
        found.append(_packed([2 if c in _TWO else 1 for c in text], 160, 153))
    if turkish and set(text) <= _ONE | _TWO | set("çğĞıİşŞ"):
        found.append(_packed([1 if c in _ONE else 2 for c in text], 155, 149))
    return min(found)


def _turkish_strings(count: int) -> list[str]:
    chance = random.Random(25)
    signs = _LETTERS * 2 + " " * 20 + "0123456789.,!?€^{}[]~|\\"
    strange = ["", "", "", "👍", "’", "я"]
    return [
        "".join(chance.choices(signs, k=chance.randrange(700))) + chance.choice(strange) for _ in range(count)
    ]


def test_the_segment_counter_equals_an_independent_count_for_a_thousand_turkish_strings() -> None:
    for text in _turkish_strings(1000):
        for turkish in (True, False):
            planned = plan(text, turkish=turkish)
            assert planned.segments == _expected_segments(text, turkish), repr(text)
            assert planned.segments == len(planned.parts)
            assert "".join(planned.parts) == text


ANY_TEXT = st.text(alphabet=st.one_of(st.sampled_from(_LETTERS + "  €^\n"), st.characters()), max_size=400)


@given(ANY_TEXT, st.booleans(), st.booleans())
def test_no_part_is_over_the_limit_and_nothing_is_lost(text: str, turkish: bool, locking: bool) -> None:
    planned = plan(text, turkish=turkish, locking=locking)
    lone, several = SIZES[planned.encoding]
    limit = lone if len(planned.parts) == 1 else several
    lengths = [unit_length(part, planned.encoding) for part in planned.parts]
    assert all(length is not None and length <= limit for length in lengths)
    assert sum(length or 0 for length in lengths) == planned.units
    assert "".join(planned.parts) == unicodedata.normalize("NFC", text)


@given(
    st.text(
        alphabet=st.sampled_from(["e", "\u0301", "👩", "\u200d", "🚒", "🏽", "🇹", "🇷", " ", "ş"]),
        max_size=250,
    )
)
def test_no_cut_goes_through_a_grapheme(text: str) -> None:
    planned = plan(text, turkish=False)
    signs = graphemes("".join(planned.parts))
    if any((unit_length(sign, planned.encoding) or 0) > SIZES[planned.encoding][1] for sign in signs):
        return  # a sign that is longer than a segment has to be cut
    assert [sign for part in planned.parts for sign in graphemes(part)] == signs


def test_a_word_is_cut_only_where_keeping_it_whole_would_cost_a_segment() -> None:
    words = ("kaldırım " * 60).strip()
    parts = plan(words, turkish=True).parts
    assert len(parts) > 2
    assert all(part.endswith(" ") for part in parts[:-1])
    full = "k" * 150 + " " + "b" * 155
    assert [len(part) for part in plan(full, turkish=True).parts] == [153, 153]


def test_a_word_longer_than_a_segment_is_cut_at_the_limit() -> None:
    assert [len(part) for part in plan("a" * 400, turkish=True).parts] == [153, 153, 94]


def test_an_escape_pair_is_never_cut() -> None:
    assert [len(part) for part in plan("a" * 152 + "€" * 10, turkish=True).parts] == [152, 10]


@given(st.text(max_size=300))
def test_folded_text_always_fits_the_default_alphabet(text: str) -> None:
    assert plan(ascii_fold_sms(text), turkish=False).encoding is E.GSM7


FOLDED = [
    ("Turkish letters", "Şikâyetiniz İSKİ'ye iletildi, çöp ığdır", "Sikayetiniz ISKI'ye iletildi, cop igdir"),
    ("typographic signs", "“Çöp” – bugün… 5₺ •", '"Cop" - bugun... 5TL *'),
    ("what has no likeness", "teşekkür 👍", "tesekkur ?"),
]


@pytest.mark.parametrize(("label", "text", "expected"), FOLDED, ids=[r[0] for r in FOLDED])
def test_folding_for_sms_keeps_the_text_readable(label: str, text: str, expected: Any) -> None:
    assert ascii_fold_sms(text) == expected


GRAPHEMES = [
    ("letters", "abc", ["a", "b", "c"]),
    ("an accent belongs to its letter", "e\u0301a", ["e\u0301", "a"]),
    ("a family", "👨\u200d👩\u200d👧!", ["👨\u200d👩\u200d👧", "!"]),
    ("a skin tone", "👍🏽👍", ["👍🏽", "👍"]),
    ("two flags", "🇹🇷🇩🇪", ["🇹🇷", "🇩🇪"]),
    ("a line end", "a\r\nb", ["a", "\r\n", "b"]),
    ("nothing joins a line end", "\n\u0301", ["\n", "\u0301"]),
    ("a keycap", "1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
]


@pytest.mark.parametrize(("label", "text", "expected"), GRAPHEMES, ids=[r[0] for r in GRAPHEMES])
def test_graphemes_are_what_a_reader_sees(label: str, text: str, expected: Any) -> None:
    assert graphemes(text) == expected
