"""Writes the letters of words as whole numbers, so that arrays find features and not a call for each.

A letter takes twelve bits, which holds every alphabet but the East Asian; letters beyond are all the same.
Five letters fit into 60 bits. A beginning is the complement of its letters: negative, and so apart from runs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.features import BEGINNING, LONGEST_WORD, PREFIX, RUNS
from router.tokens import folded

_BITS = 12
_OTHER = 2**_BITS - 1
_HALF = 32
"""Bits for the rank of a feature below the position of its word."""

Packed = NDArray[np.int64]


def packed(names: Sequence[str]) -> Packed:
    """The number of each feature that is a beginning or a run (`router.features.parts`)."""
    begins = np.array([name.startswith(BEGINNING) for name in names], np.bool_)
    bare = [name.removeprefix(BEGINNING) for name in names]
    sizes = np.fromiter(map(len, bare), np.intp, len(bare))
    codes = _first(_letters("".join(bare)), np.cumsum(sizes) - sizes, sizes)
    return np.where(begins, ~codes, codes)


class PackedParts(NamedTuple):
    """The distinct features of words: for each the position of its word, and where its number stands among
    `codes`, which holds every number once, in order. A word's beginning comes before its runs."""

    places: NDArray[np.intp]
    which: NDArray[np.intp]
    codes: Packed


def packed_parts(words: Sequence[str]) -> PackedParts:
    """The features of words in lower case, taken apart."""
    edged = [f"_{folded(word[:LONGEST_WORD])}_" for word in words]
    sizes = np.fromiter(map(len, edged), np.intp, len(edged))
    letters, owners = _letters("".join(edged)), np.repeat(np.arange(len(edged)), sizes)
    starts = np.cumsum(sizes) - sizes
    begins = ~_first(letters, starts + 1, np.minimum(sizes - 2, PREFIX))
    runs = [_runs(letters, owners, size) for size in RUNS]
    places = np.concatenate((np.arange(len(edged)), *(place for place, _ in runs)))
    codes = np.concatenate((begins, *(code for _, code in runs)))
    distinct, ranks = np.unique(codes, return_inverse=True)
    pairs = places << _HALF | ranks  # sorted at once, where two keys would be sorted in turn
    pairs.sort()
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return PackedParts(pairs >> _HALF, pairs & (1 << _HALF) - 1, distinct)


def _letters(text: str) -> Packed:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes: Packed = np.minimum(points, _OTHER).astype(np.int64)
    return codes


def _first(letters: Packed, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Packed:
    """The first letters of words, so many of each."""
    codes = np.zeros(len(starts), np.int64)
    for at in range(int(sizes.max(initial=0))):
        has = at < sizes
        codes[has] = codes[has] << _BITS | letters[starts[has] + at]
    return codes


def _runs(letters: Packed, owners: NDArray[np.intp], size: int) -> tuple[NDArray[np.intp], Packed]:
    """Every run of so many letters within a word, and whose it is."""
    count = max(0, len(letters) - size + 1)
    codes = np.zeros(count, np.int64)
    for at in range(size):
        codes = codes << _BITS | letters[at : at + count]
    within = owners[:count] == owners[size - 1 :][:count]
    return owners[:count][within], codes[within]
