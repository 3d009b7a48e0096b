"""Whoever types ç ğ ö ş ü is believed: `şamandıra` is a buoy, though `Samandıra` is a place."""

import re
from collections.abc import Iterable, Sequence

from domain.text import turkish_lower
from router.gazetteer import Found

_WORD = re.compile("[a-z0-9çğıöşüâîû]+")
_TYPED = frozenset({"çc", "ğg", "öo", "şs", "üu"})


def letters_of(text: str) -> list[str]:
    """The words of a text in Turkish lower case, as many as `domain.text.words` finds, at the same places."""
    return _WORD.findall(turkish_lower(text).replace("\u0307", ""))


def believed(found: Sequence[Found], text: str) -> list[Found]:
    """The names found in a text that its Turkish letters do not contradict."""
    if not found or text.isascii():
        return list(found)
    written = letters_of(text)
    return [each for each in found if _fits("".join(written[each.start : each.end]), each.name.letters)]


def _fits(written: str, spellings: Iterable[str]) -> bool:
    """Whether a written word may be one of these: left-out dots are forgiven, dots of its own are not."""
    return any(
        not any(a + b in _TYPED for a, b in zip(written, letters, strict=False)) for letters in spellings
    )
