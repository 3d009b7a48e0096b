"""Opt-out words by Turkish folding: S7 of docs/acceptance.md."""

import pytest

from connectors.sms.optout import is_opt_out

TABLE = [
    ("capitals with dot", "İPTAL", True),
    ("capitals without dot", "IPTAL", True),
    ("small, dotless", "ıptal", True),
    ("small", "iptal", True),
    ("decomposed dot", "I\u0307PTAL", True),
    ("ret", "RET", True),
    ("with signs around", "  Ret!! ", True),
    ("with an emoji", "DUR 🛑", True),
    ("stop", "Stop.", True),
    ("two words", "STOP ALL", True),
    ("several words", "Abonelikten çık", True),
    ("çıkış in capitals", "ÇIKIŞ", True),
    ("a line end", "iptal\r\n", True),
    ("inside a sentence", "iptal edilen otobüs seferi yüzünden işe geç kaldım", False),
    ("a question", "RET nedir?", False),
    ("another word", "durak", False),
    ("words of another script beside it", "stop нет", False),
    ("a number behind it", "DUR 34", False),
    ("nothing", "", False),
    ("only signs", "!!!", False),
]


@pytest.mark.parametrize(("label", "text", "expected"), TABLE, ids=[r[0] for r in TABLE])
def test_only_a_whole_message_opts_out(label: str, text: str, expected: bool) -> None:
    assert is_opt_out(text) is expected


KEYWORDS = [
    ("keyword before the word", "BELEDİYE RET", "belediye", True),
    ("keyword in other letters", "belediye iptal", "BELEDİYE", True),
    ("keyword alone", "belediye", "belediye", False),
    ("keyword and a complaint", "belediye durak kırık", "belediye", False),
    ("no keyword said", "belediye ret", "", False),
]


@pytest.mark.parametrize(("label", "text", "keyword", "expected"), KEYWORDS, ids=[r[0] for r in KEYWORDS])
def test_the_keyword_of_a_shared_number_may_stand_before_it(
    label: str, text: str, keyword: str, expected: bool
) -> None:
    assert is_opt_out(text, keyword) is expected
