"""Phrases in texts: each word a stem, in order, near together."""

import pytest

from router.lexicon import Lexicon, Match
from router.tokens import normal, tokens


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    phrases = [
        "Çöp Konteyner",
        "çöp",
        "su yok",
        "rögar kapağı yok",
        "yol çök",
        "sokak lamba yanm",
        "5. levent",
        "bank yanıyor",
    ]
    return Lexicon(phrases, readings={"cok": "çok"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ÇÖP KONTEYNERLERİ", {"çöp konteyner", "çöp"}),
        ("cop konteyneri", {"çöp konteyner", "çöp"}),
        ("konteyner çöp", {"çöp"}),
        ("suyumuz üç gündür yok", {"su yok"}),
        ("su bugün de hâlâ bir türlü yok", set()),
        ("rögarın kapağı yok", {"rögar kapağı yok"}),
        ("Rögar'ın kapağı artık yok", {"rögar kapağı yok"}),
        ("rögar kapağı", set()),
        ("yol çok bozuk", set()),
        ("yol cok bozuk", set()),
        ("yol çöktü", {"yol çök"}),
        ("yol coktu", {"yol çök"}),
        ("sokağın lambası yanmıyor", {"sokak lamba yanm"}),
        ("5. Levent'te", {"5 levent"}),
        ("bank yanıyo", {"bank yanıyor"}),
        ("banklar yaniyolar", {"bank yanıyor"}),
        ("bank radyo yanı", set()),
        ("i\u0307stanbul'da c\u0327o\u0308p var", {"çöp"}),
        ("", set()),
    ],
)
def test_phrases_are_found(lexicon: Lexicon, text: str, found: set[str]) -> None:
    assert {match.phrase for match in lexicon.matches(tokens(text))} == found


def test_what_stands_farther_apart_counts_less(lexicon: Lexicon) -> None:
    texts = ("su yok", "su artık yok", "su üç gündür yok")
    nearness = [lexicon.matches(tokens(text))[0].nearness for text in texts]
    assert nearness[0] == 1
    assert nearness == sorted(set(nearness), reverse=True)


def test_a_match_says_where_it_stands(lexicon: Lexicon) -> None:
    matches = lexicon.matches(tokens("burada rögar kapağı hiç yok"))
    assert matches == [Match("rögar kapağı yok", 1, 5, 0.85)]


def test_the_cache_never_changes_what_is_found(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "çöp konteyneri yol çöktü su yok"
    before = lexicon.matches(tokens(text))
    monkeypatch.setattr("router.lexicon._CACHE_LIMIT", 1)
    assert lexicon.matches(tokens(f"{text} başka sözler de var")) == before
    assert lexicon.matches(tokens(text)) == before


def test_normal_names_a_phrase() -> None:
    assert normal("  Çöp  KONTEYNER, IŞIK ") == "çöp konteyner ışık"
