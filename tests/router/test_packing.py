"""Features as numbers: the same ones, whichever way they are reached."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from router.features import parts
from router.packing import packed, packed_parts

LETTERS = st.text("abcçğıİöşüâ0_мд", max_size=50)


@given(words=st.lists(LETTERS, max_size=6))
def test_words_taken_apart_together_have_the_features_of_each(words: list[str]) -> None:
    places, which, codes = packed_parts(words)
    assert np.all(np.diff(codes) > 0)
    for at, word in enumerate(words):
        own = codes[which[places == at]].tolist()
        first, *runs = packed(parts(word)).tolist()
        assert own[0] == first
        assert sorted(own[1:]) == sorted(runs)
    assert np.all(np.diff(places) >= 0)


def test_features_have_numbers_of_their_own_and_letters_beyond_the_twelve_bits_share_one() -> None:
    names = ["=abc", "=abcde", "abc", "_ab", "ab_", "abcde", "bcde", "=", "=мусор", "мус", "漢字漢"]
    assert len(set(packed(names).tolist())) == len(names)
    assert packed(["漢字漢"]) == packed(["字漢字"])
