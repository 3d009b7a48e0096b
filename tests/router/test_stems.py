"""Forms of Turkish words, as citizens type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.stems import is_form, uses_turkish_letters


@pytest.mark.parametrize(
    ("token", "stem", "strict", "expected"),
    [
        ("konteynerleri", "konteyner", True, True),
        ("konteyner", "konteynerler", True, False),
        # a last consonant softens before a vowel
        ("sokağı", "sokak", True, True),
        ("sokagi", "sokak", False, True),
        ("sokağ", "sokak", True, False),
        ("kitabım", "kitap", True, True),
        ("ağacın", "ağaç", True, True),
        # short stems need endings behind them
        ("suyumuz", "su", True, True),
        ("sulardan", "su", True, True),
        ("sürücü", "su", True, False),
        ("surucu", "su", False, False),
        ("sultan", "su", False, False),
        ("gazete", "gaz", True, True),  # `gaz-e-te`: endings cannot tell; phrases do
        ("kargo", "kar", True, False),
        ("çöptü", "çöp", True, True),
        ("dövdüğünü", "döv", True, True),
        # whoever types Turkish letters is believed
        ("çok", "çök", True, False),
        ("çöktü", "çök", True, True),
        ("coktu", "çök", False, True),
        ("şu", "su", True, False),
        ("su", "su", True, True),
        ("cop", "çöp", True, False),
        ("cop", "çöp", False, True),
        ("konteynir", "konteyner", True, False),
        ("copluk", "çöplü", True, True),  # a longer word may be typed carelessly among careful ones
        # dotted and dotless i are never held against anybody: capitals lose them
        ("ıstanbul", "istanbul", True, True),
        ("kagıt", "kağıt", True, True),
    ],
)
def test_forms_of_stems(token: str, stem: str, strict: bool, expected: bool) -> None:
    assert is_form(token, stem, strict=strict) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("çöp", True), ("cop", False), ("ılık", False), ("yağmur", True)]
)
def test_turkish_letters_are_noticed(text: str, expected: bool) -> None:
    assert uses_turkish_letters(text) is expected


@given(token=st.text("abcçdeğgıikloöprsştuüyz", min_size=1, max_size=60), strict=st.booleans())
def test_every_word_is_a_form_of_itself(token: str, strict: bool) -> None:
    assert is_form(token, token, strict=strict)
