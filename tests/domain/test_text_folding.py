"""Folding, letter by letter: the fast way gives what the table says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import fold, turkish_lower, words

TABLE = str.maketrans("çğıöşüâîû", "cgiosuaiu", "\u0307")
TURKISH = st.text(st.one_of(st.characters(), st.sampled_from("Iİıiçğöşüâîû\u0307\u0327\u0306ÂÎÛ")))


@pytest.mark.parametrize(
    ("text", "lowered", "folded"),
    [
        ("IŞIK", "ışık", "isik"),
        ("İSTANBUL", "istanbul", "istanbul"),
        ("I\u0307stanbul", "istanbul", "istanbul"),
        ("Kâğıthane", "kâğıthane", "kagithane"),
        ("ÇÖPLÜK", "çöplük", "copluk"),
        ("straße", "straße", "straße"),
    ],
)
def test_turkish_lower_case_and_folding(text: str, lowered: str, folded: str) -> None:
    assert (turkish_lower(text), fold(text)) == (lowered, folded)


@given(TURKISH)
def test_folding_is_lower_case_with_plain_letters(text: str) -> None:
    lowered = unicodedata.normalize("NFC", text).translate({ord("I"): "ı", ord("İ"): "i"}).lower()
    assert turkish_lower(text) == lowered
    assert fold(text) == lowered.translate(TABLE)


@given(TURKISH)
def test_words_are_plain_and_folding_them_again_changes_nothing(text: str) -> None:
    assert all(word.isascii() and fold(word) == word for word in words(text))
