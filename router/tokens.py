"""Cuts a text into words, once for whoever reads it: keywords, signals and the trained models."""

import re
import unicodedata
from collections.abc import Sequence

from domain.text import turkish_lower

_TOKEN = re.compile(r"[^\W_]+")
_APOSTROPHE_ENDING = re.compile(r"(?<=[^\W_])['’`´][^\W_]{1,6}")


def tokens(text: str) -> list[str]:
    """The words of a text in Turkish lower case, without the endings after an apostrophe."""
    lowered = turkish_lower(text).replace("\u0307", "")
    return _TOKEN.findall(_APOSTROPHE_ENDING.sub("", lowered))


def normal(phrase: str) -> str:
    """A phrase in Turkish lower case with single spaces."""
    return " ".join(_TOKEN.findall(turkish_lower(phrase)))


def as_written(text: str, known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The `wanted` among the `known` tokens of a text as their writer spelled them first."""
    written = _TOKEN.findall(_APOSTROPHE_ENDING.sub("", unicodedata.normalize("NFC", text)))
    if len(written) != len(known):  # a letter whose lower case is cut otherwise
        return list(wanted)
    return [written[known.index(token)] for token in wanted]
