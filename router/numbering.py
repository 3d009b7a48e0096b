"""Gives the features of several vocabularies common numbers, so that a word is taken apart once for all."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from router.features import Vocabulary, parts

UNKNOWN = -1
"""Instead of a number: no vocabulary has it."""


class Numbering:
    """Built once. `own` holds each vocabulary's own number of every feature, UNKNOWN where it has none."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        names = dict.fromkeys(chain.from_iterable(each.names for each in vocabularies))
        self._numbers = dict(zip(names, range(len(names)), strict=True))
        self.own = [self._own(each) for each in vocabularies]
        self._beginnings: dict[str, int] = {}
        pairs = dict(sorted(self._pairs()))
        self._codes = np.array([*pairs, np.iinfo(np.int64).max], np.int64)
        self._pair_numbers = np.array([*pairs.values(), UNKNOWN], np.int32)

    def word(self, token: str) -> tuple[list[int], int]:
        """The numbers of a word's features, its beginning's first, and that of the beginning in pairs."""
        names = parts(token)
        numbers = list(map(self._numbers.get, names, repeat(UNKNOWN)))
        return numbers, self._beginnings.get(names[0][1:], UNKNOWN)

    def pairs(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int32]:
        """The numbers of pairs of words, given by their beginnings'; UNKNOWN for what is no known pair."""
        codes = left.astype(np.int64) * _MOST_BEGINNINGS + right
        places = np.searchsorted(self._codes, codes)
        known = (self._codes[places] == codes) & (left >= 0) & (right >= 0)
        return np.where(known, self._pair_numbers[places], UNKNOWN).astype(np.int32)

    def _own(self, vocabulary: Vocabulary) -> NDArray[np.int32]:
        own = np.full(len(self._numbers) + 1, UNKNOWN, np.int32)  # the last one for what is UNKNOWN
        common = list(map(self._numbers.__getitem__, vocabulary.names))
        own[common] = np.arange(len(common))
        return own

    def _pairs(self) -> Iterator[tuple[int, int]]:
        known = self._beginnings
        for name, number in self._numbers.items():
            left, space, right = name.partition(" ")
            if space:
                code = known.setdefault(left, len(known)) * _MOST_BEGINNINGS
                yield code + known.setdefault(right, len(known)), number


_MOST_BEGINNINGS = 2**31
