"""Whoever types ç ğ ö ş ü is believed: `şamandıra` is a buoy, though `Samandıra` is a place."""

import re
from collections.abc import Iterable, Sequence

from domain.text import turkish_lower
from router.gazetteer import Found

_WORD = re.compile("[a-z0-9çğıöşüâîû]+")
_TYPED = frozenset({"çc", "ğg", "öo", "şs", "üu"})


def believed(found: Sequence[Found], text: str) -> Sequence[Found]:
    """The names found in a text that its Turkish letters do not contradict.

    Most are written as they should be: only for the others the words are looked at.
    """
    if not found or text.isascii():
        return found
    lower = turkish_lower(text)
    doubtful = [each for each in found if not any(letters in lower for letters in each.name.letters)]
    if not doubtful:
        return found
    written = _WORD.findall(
        lower.replace("\u0307", "")
    )  # as many as domain.text.words finds, at the same places
    wrong = [
        each for each in doubtful if not _fits("".join(written[each.start : each.end]), each.name.letters)
    ]
    return [each for each in found if each not in wrong] if wrong else found


def _fits(written: str, spellings: Iterable[str]) -> bool:
    """Whether a written word may be one of these: left-out dots are forgiven, dots of its own are not."""
    return any(
        not any(a + b in _TYPED for a, b in zip(written, letters, strict=False)) for letters in spellings
    )
