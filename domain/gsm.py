"""How long an SMS is, and where it is cut: 3GPP TS 23.038 (alphabets) and TS 23.040 (segments).

A length is counted in units: septets in a seven-bit encoding (an escaped character takes two), UTF-16 code
units in UCS-2. It is never the number of bytes or of characters. Reading what comes in: `domain.gsm_decode`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.graphemes import graphemes
from domain.gsm_tables import DEFAULT, EXTENSION, TURKISH_LOCKING, TURKISH_SINGLE


class SmsEncoding(StrEnum):
    """By which alphabet a text travels."""

    GSM7 = "gsm7"
    GSM7_TURKISH_SINGLE = "gsm7_turkish_single"
    GSM7_TURKISH_BOTH = "gsm7_turkish_both"
    UCS2 = "ucs2"


@dataclass(frozen=True, kw_only=True)
class SmsPlan:
    """How a text will travel. `parts` joined are the text in NFC; each part fits one segment."""

    encoding: SmsEncoding
    units: int
    segments: int
    parts: tuple[str, ...]


SIZES = {
    SmsEncoding.GSM7: (160, 153),
    SmsEncoding.GSM7_TURKISH_SINGLE: (155, 149),
    SmsEncoding.GSM7_TURKISH_BOTH: (152, 146),
    SmsEncoding.UCS2: (70, 67),
}
"""Units of a lone segment, and of each segment of several: 140 octets less the user data header."""


def _costs(base: str, shifted: dict[int, str]) -> dict[str, int]:
    return dict.fromkeys(shifted.values(), 2) | {c: 1 for c in base if c != "\x1b"}


_COSTS = {
    SmsEncoding.GSM7: _costs(DEFAULT, EXTENSION),
    SmsEncoding.GSM7_TURKISH_SINGLE: _costs(DEFAULT, TURKISH_SINGLE),
    SmsEncoding.GSM7_TURKISH_BOTH: _costs(TURKISH_LOCKING, TURKISH_SINGLE),
}


def unit_length(text: str, encoding: SmsEncoding) -> int | None:
    """The length of a text in the encoding's units, or None when the alphabet lacks a character of it."""
    if encoding is SmsEncoding.UCS2:
        return sum(1 + (ord(c) > 0xFFFF) for c in text)
    costs = _COSTS[encoding]
    try:
        return sum(costs[c] for c in text)
    except KeyError:
        return None


def plan(text: str, *, turkish: bool, locking: bool = False) -> SmsPlan:
    """The encoding with the fewest segments, the plainest one of equals, and the parts to send.

    `turkish` says that the provider offers the Turkish single shift table, `locking` that it offers the
    Turkish locking shift table too. No part cuts an escape pair, a surrogate pair or a grapheme; a word
    stays whole where that costs no further segment. An empty text is one empty part.
    """
    text = unicodedata.normalize("NFC", text)
    candidates = [SmsEncoding.GSM7]
    if turkish:
        candidates.append(SmsEncoding.GSM7_TURKISH_SINGLE)
    if turkish and locking:
        candidates.append(SmsEncoding.GSM7_TURKISH_BOTH)
    plans = [p for e in [*candidates, SmsEncoding.UCS2] if (p := _planned(text, e))]
    return min(plans, key=lambda p: p.segments)


def _planned(text: str, encoding: SmsEncoding) -> SmsPlan | None:
    units = unit_length(text, encoding)
    if units is None:
        return None
    lone, several = SIZES[encoding]
    parts = [text] if units <= lone else _split(text, encoding, several)
    return SmsPlan(encoding=encoding, units=units, segments=len(parts), parts=tuple(parts))


def _split(text: str, encoding: SmsEncoding, limit: int) -> list[str]:
    clusters = [piece for g in graphemes(text) for piece in _no_longer_than(g, encoding, limit)]
    reach = _reaches([unit_length(c, encoding) or 0 for c in clusters], limit)
    needed = [0] * (len(clusters) + 1)
    for start in reversed(range(len(clusters))):
        needed[start] = 1 + needed[reach[start]]
    parts, start = [], 0
    while start < len(clusters):
        end = _word_end(clusters, start, reach[start])
        if needed[end] >= needed[start]:
            end = reach[start]
        parts.append("".join(clusters[start:end]))
        start = end
    return parts


def _reaches(costs: list[int], limit: int) -> list[int]:
    """For every start, the index behind the last cluster that still fits into one segment."""
    reach, end, total = [], 0, 0
    for cost in costs:
        while end < len(costs) and total + costs[end] <= limit:
            total += costs[end]
            end += 1
        reach.append(end)
        total -= cost
    return reach


def _word_end(clusters: list[str], start: int, end: int) -> int:
    """The last place up to `end` where no word is cut; `end` itself when one long word fills the segment."""
    if end == len(clusters) or clusters[end].isspace():
        return end
    spaces = (i + 1 for i in range(end - 1, start, -1) if clusters[i].isspace())
    return next(spaces, end)


def _no_longer_than(grapheme: str, encoding: SmsEncoding, limit: int) -> Iterator[str]:
    if (unit_length(grapheme, encoding) or 0) <= limit:
        yield grapheme
    else:
        yield from grapheme  # a heap of accents longer than a segment has to be cut somewhere


_FOLDED = str.maketrans(
    dict(zip("çÇğĞıİöÖşŞüÜâÂîÎûÛ’‘“”„–—•\t\u00a0", 'cCgGiIoOsSuUaAiIuU\'\'"""--*  ', strict=True))
    | {"…": "...", "₺": "TL", "\u200b": None, "\ufeff": None}
)


def ascii_fold_sms(text: str) -> str:
    """The text with Turkish letters and typographic signs as ASCII: it always travels as plain GSM-7.

    What has no such likeness becomes `?`.
    """
    plain = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return "".join(c if c in _COSTS[SmsEncoding.GSM7] else "?" for c in plain)
