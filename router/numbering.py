"""Gives the features of several vocabularies common numbers, so that a word is taken apart once for all."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.features import BEGINNING, PAIR_WEIGHT, RUNS_WEIGHT, Vocabulary
from router.packing import Packed, packed, packed_parts

UNKNOWN = -1
"""Instead of a number: no vocabulary has it."""


class Parts(NamedTuple):
    """Words or pairs taken apart: the numbers of their features and what each counts, all in a row; where
    each one's begin, and the last one's end; and the number of each one's beginning in pairs.

    A word's first feature is its beginning.
    """

    numbers: NDArray[np.int32]
    weights: NDArray[np.float32]
    bounds: NDArray[np.intp]
    beginnings: NDArray[np.int32]


class Numbering:
    """Built once. `own` holds each vocabulary's own number of every feature, UNKNOWN where it has none."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        numbers: dict[str, int] = {}
        common = [[numbers.setdefault(name, len(numbers)) for name in each.names] for each in vocabularies]
        self.own = [_own(some, len(numbers)) for some in common]
        beginnings: dict[str, int] = {}
        self._pairs = _Index(*_arrays(dict(_pairs(numbers, beginnings))))
        self._parts = _index({name: number for name, number in numbers.items() if " " not in name})
        self._beginnings = _index({f"{BEGINNING}{word}": at for word, at in beginnings.items()})

    def words(self, tokens: Sequence[str]) -> Parts:
        """These words, given in lower case, taken apart."""
        places, which, codes = packed_parts(tokens)
        bounds = np.searchsorted(places, np.arange(len(tokens) + 1))
        runs = RUNS_WEIGHT / np.sqrt(np.maximum(np.diff(bounds) - 1, 1))
        weights = runs[places].astype(np.float32)
        weights[bounds[:-1]] = 1
        beginnings = self._beginnings.find(codes[which[bounds[:-1]]])
        return Parts(self._parts.find(codes)[which], weights, bounds, beginnings)

    def known_pairs(self, numbers: NDArray[np.int32]) -> Parts:
        """Known pairs, given by their numbers: each is one feature."""
        count = len(numbers)
        weights, beginnings = np.full(count, PAIR_WEIGHT, np.float32), np.full(count, UNKNOWN, np.int32)
        return Parts(numbers, weights, np.arange(count + 1), beginnings)

    def pairs(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int32]:
        """The numbers of pairs of words, given by their beginnings'; UNKNOWN for what is no known pair."""
        found = self._pairs.find(left.astype(np.int64) * _MOST_BEGINNINGS + right)
        return np.where((left >= 0) & (right >= 0), found, UNKNOWN).astype(np.int32)


_MOST_BEGINNINGS = 2**31


class _Index:
    """Looks up the numbers of codes, which it is given in order."""

    def __init__(self, codes: Packed, numbers: NDArray[np.int32]) -> None:
        self._codes = np.append(codes, np.iinfo(np.int64).max)
        self._numbers = np.append(numbers, np.int32(UNKNOWN))

    def find(self, codes: Packed) -> NDArray[np.int32]:
        """The number of each code, UNKNOWN where it has none."""
        places = np.searchsorted(self._codes, codes)
        return np.where(self._codes[places] == codes, self._numbers[places], np.int32(UNKNOWN))


def _index(names: dict[str, int]) -> _Index:
    codes, numbers = packed(list(names)), np.fromiter(names.values(), np.int32, len(names))
    order = np.argsort(codes, kind="stable")
    return _Index(codes[order], numbers[order])


def _arrays(numbers: dict[int, int]) -> tuple[Packed, NDArray[np.int32]]:
    ordered = sorted(numbers.items())
    return np.array([c for c, _ in ordered], np.int64), np.array([n for _, n in ordered], np.int32)


def _own(common: Sequence[int], count: int) -> NDArray[np.int32]:
    own = np.full(count + 1, UNKNOWN, np.int32)  # the last one for what is UNKNOWN
    own[common] = np.arange(len(common))
    return own


def _pairs(numbers: dict[str, int], beginnings: dict[str, int]) -> Iterator[tuple[int, int]]:
    """The code and number of every pair among features; numbers the beginnings they are made of."""
    for name, number in numbers.items():
        left, space, right = name.partition(" ")
        if space:
            code = beginnings.setdefault(left, len(beginnings)) * _MOST_BEGINNINGS
            yield code + beginnings.setdefault(right, len(beginnings)), number
