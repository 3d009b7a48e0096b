"""Cuts a text into words, once for whoever reads it: keywords, signals and the trained models."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from domain.text import fold, turkish_lower

_TOKEN = re.compile(r"\w+")  # underscores are taken out before: a class without them takes twice as long
_APOSTROPHE_ENDING = re.compile(
    r"['’`´](?<=[^\W_].)[^\W_]{1,6}"
)  # begins with what is rare, to be searched for

folded = lru_cache(maxsize=16_384)(fold)
"""A word, folded. Kept: whoever meets a word for the first time (features, keywords) asks for it in turn."""


def written_words(text: str) -> list[str]:
    """The words of a text as they are written, without the endings after an apostrophe."""
    return _words_in(_APOSTROPHE_ENDING.sub("", unicodedata.normalize("NFC", text).replace("\u0307", "")))


def lowered(written: Sequence[str]) -> list[str]:
    """The same words in Turkish lower case, each at its place."""
    return turkish_lower(" ".join(written)).split(" ") if written else []


def tokens(text: str) -> list[str]:
    """The words of a text in Turkish lower case, without the endings after an apostrophe."""
    return lowered(written_words(text))


def normal(phrase: str) -> str:
    """A phrase in Turkish lower case with single spaces."""
    return " ".join(_words_in(turkish_lower(phrase)))


def _words_in(text: str) -> list[str]:
    return _TOKEN.findall(text.replace("_", " "))
