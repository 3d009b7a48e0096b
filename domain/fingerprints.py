"""A short mark of what a text says, by which the same report is known again whoever typed it anew.

`exact` is equal for equal words; `sketch` holds the smallest hashes of the text's pairs of words (a bottom-k
sketch), whose overlap estimates how much two texts have in common without either being at hand.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from domain.text import words

LONGEST_TEXT = 800
"""Characters that are looked at: enough to tell texts apart, and bounded for whoever sends a book."""
SKETCH = 24
_ALIKE = 0.6
_TELLING = 10
"""Words below which two texts are alike only when they are equal."""


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """What a text says, in 64 and some more bits; `length` counts its words."""

    exact: int
    sketch: tuple[int, ...]
    length: int

    @cached_property
    def hashes(self) -> frozenset[int]:
        """The sketch as a set."""
        return frozenset(self.sketch)

    @property
    def packed(self) -> bytes:
        """The sketch as it is stored: four bytes a hash."""
        return struct.pack(f">{len(self.sketch)}I", *self.sketch)

    @property
    def telling(self) -> bool:
        """Whether the text is long enough for two people not to write it by chance."""
        return self.length >= _TELLING


def fingerprint(text: str) -> Fingerprint:
    """The mark of a text; letters' case, accents and punctuation make no difference. Never raises."""
    said = " ".join(words(text[:LONGEST_TEXT])).encode().split()
    pairs = set(map(zlib.crc32, map(b" ".join, pairwise(said))))
    return Fingerprint(exact=_digest(b" ".join(said)), sketch=tuple(sorted(pairs)[:SKETCH]), length=len(said))


def unpacked(sketch: bytes) -> tuple[int, ...]:
    """The sketch that was stored so."""
    return struct.unpack(f">{len(sketch) // 4}I", sketch)


def alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts say the same in nearly the same words; empty texts are like nothing."""
    if not (one.length and other.length):
        return False
    if one.exact == other.exact:
        return True
    if not (one.telling and other.telling):
        return False
    common, both = one.hashes & other.hashes, one.hashes | other.hashes
    # Of most pairs too little is common to be worth sorting.
    return len(common) >= _ALIKE * min(len(both), SKETCH) and similarity(one, other) >= _ALIKE


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """The estimated share of word pairs two texts have in common, from 0 to 1."""
    smallest = sorted(one.hashes | other.hashes)[:SKETCH]
    return len(one.hashes.intersection(other.hashes, smallest)) / len(smallest) if smallest else 0.0


def digest64(*parts: object) -> int:
    """A signed 64-bit hash of some parts, the same in every process."""
    return _digest("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"))


def _digest(packed: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "big", signed=True)
