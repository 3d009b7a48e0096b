"""What templates may do with a value: cut it, put it on one line, bring it into an SMS's letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gsm import SmsEncoding, unit_length
from notifier.filters import gsm, istanbul, longest, oneline, shorten

SINGLE = SmsEncoding.GSM7_TURKISH_SINGLE
_texts = st.text(st.characters(codec="utf-8"), max_size=120) | st.text("abcçğışö ĞİŞ,.😀{}€\n", max_size=120)


@pytest.mark.parametrize(
    ("label", "text", "units", "expected"),
    [
        ("short enough", "Çöp toplama", 20, "Çöp toplama"),
        ("cut between words", "Çöp toplama saatleri", 16, "Çöp toplama.."),
        ("exactly as long as allowed", "Çöp toplama", 11, "Çöp toplama"),
        ("a word that ends where the room ends", "Çöp toplama saati", 13, "Çöp toplama.."),
        ("letters that count two", "ışıkışık ışık", 18, "ışıkışık.."),
        ("one long word", "a" * 40, 10, "aaaaaaaa.."),
        ("an emoji", "Çöp 😀", 20, "Çöp ?"),
        ("typographic signs", "“Çöp” – 5…", 20, '"Çöp" - 5...'),
        ("a decomposed letter", "Ag\u0306ac\u0327", 20, "Ağaç"),
        ("several lines", "Çöp\r\n toplama", 20, "Çöp toplama"),
        ("nothing", None, 20, ""),
    ],
)
def test_a_value_is_brought_into_the_letters_and_the_room_of_an_sms(
    label: str, text: str | None, units: int, expected: str
) -> None:
    assert gsm(text, units) == expected, label


@given(_texts, st.integers(4, 160))
def test_an_sms_value_never_takes_more_units_than_allowed(text: str, units: int) -> None:
    length = unit_length(gsm(text, units), SINGLE)
    assert length is not None
    assert length <= units


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("Çöp toplama", 11, "Çöp toplama"),
        ("Çöp toplama saatleri", 14, "Çöp toplama.."),
        ("Çöp, toplama", 7, "Çöp.."),
        ("uzunbirkelime", 8, "uzunbi.."),
        ("", 8, ""),
    ],
)
def test_a_subject_is_cut_between_words(text: str, length: int, expected: str) -> None:
    assert shorten(text, length) == expected


@given(_texts, st.integers(4, 160))
def test_a_shortened_text_is_one_line_and_short(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    assert len(short.splitlines()) <= 1


@given(_texts)
def test_one_line_is_one_line(text: str) -> None:
    assert oneline(text).splitlines() in ([], [oneline(text)])
    assert oneline(oneline(text)) == oneline(text)


def test_what_is_cut_off_a_long_text_leaves_a_mark() -> None:
    assert longest("bir iki üç", 7) == "bir iki\n[…]"
    assert longest("bir\niki", 7) == "bir\niki"


@pytest.mark.parametrize("iso", ["2026-11-24T11:05:00", "yesterday", ""])
def test_a_time_without_a_zone_is_nobodys_time(iso: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        istanbul(iso, "HH:mm")
