"""Turns texts into features that a linear model can weigh.

A text is the sum of its distinct words and of its pairs of neighbouring words. A word stands for its first
letters and for the short runs of letters in it, so that endings, typing errors and joined words leave most
of it in place; its letters are folded, so that missing diacritics and shouting change nothing. What a word
stands for does not depend on its text: it is worked out once and kept.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.text import fold

PREFIX = 5
"""Letters that stand for a word: Turkish puts its endings behind."""
_RUNS = (3, 4, 5)
_RUNS_WEIGHT = 0.7
_PAIR_WEIGHT = 0.6
_LONGEST_WORD = 40
_RAREST = 2
"""Texts a feature must occur in to be kept."""


class Bag(NamedTuple):
    """Features by number with their values, and the square of their length."""

    ids: NDArray[np.int32]
    values: NDArray[np.float32]
    square: float


_NOTHING = Bag(np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0)


class Vocabulary:
    """The features a model knows, each with its inverse document frequency."""

    def __init__(self, names: Sequence[str], rarity: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.rarity = rarity
        self._ids = {name: number for number, name in enumerate(self.names)}
        self._beginnings: dict[str, int] = {}
        self.pairs: Mapping[tuple[int, int], int] = dict(self._known_pairs())

    def word(self, token: str) -> Bag:
        """What a word, in lower case, stands for."""
        return self._bag(_parts(fold(token[:_LONGEST_WORD])))

    def knows(self, token: str) -> bool:
        """Whether a word, in lower case, begins like one that is known."""
        return f"={fold(token[:_LONGEST_WORD])[:PREFIX]}" in self._ids

    def beginning(self, token: str) -> int:
        """The number by which `pairs` knows a word; -1 if no known pair has it."""
        return self._beginnings.get(fold(token[:PREFIX]), -1)

    def pair(self, number: int) -> Bag:
        """What the pair of words with this feature's number stands for."""
        return self._bag({self.names[number]: _PAIR_WEIGHT})

    def text(self, tokens: Sequence[str]) -> Bag:
        """What a text, given as words in lower case, stands for: its distinct words and known pairs."""
        bags = [self.word(token) for token in dict.fromkeys(tokens)]
        beginnings = map(self.beginning, tokens)
        found = dict.fromkeys(self.pairs[pair] for pair in pairwise(beginnings) if pair in self.pairs)
        bags += map(self.pair, found)
        return Bag(
            np.concatenate([_NOTHING.ids, *(bag.ids for bag in bags)]),
            np.concatenate([_NOTHING.values, *(bag.values for bag in bags)]),
            sum(bag.square for bag in bags),
        )

    def _known_pairs(self) -> Iterator[tuple[tuple[int, int], int]]:
        for number, name in enumerate(self.names):
            left, space, right = name.partition(" ")
            if space:
                known = self._beginnings
                yield (known.setdefault(left, len(known)), known.setdefault(right, len(known))), number

    def _bag(self, parts: Mapping[str, float]) -> Bag:
        known = [(self._ids[name], weight) for name, weight in parts.items() if name in self._ids]
        if not known:
            return _NOTHING
        ids = np.array([number for number, _ in known], np.int32)
        values = np.array([weight for _, weight in known], np.float32) * self.rarity[ids]
        return Bag(ids, values, float(values @ values))


def learn(texts: Iterable[Sequence[str]]) -> Vocabulary:
    """The vocabulary of texts, each given as its words in lower case."""
    counts: Counter[str] = Counter()
    total = 0
    for tokens in texts:
        counts.update(_names(tokens))
        total += 1
    kept = sorted(name for name, count in counts.items() if count >= _RAREST)
    rarity = [math.log((1 + total) / (1 + counts[name])) + 1 for name in kept]
    return Vocabulary(kept, np.array(rarity, np.float32))


def _names(tokens: Sequence[str]) -> set[str]:
    names = {_pair(left, right) for left, right in pairwise(tokens)}
    for token in set(tokens):
        names.update(_parts(fold(token[:_LONGEST_WORD])))
    return names


def _parts(word: str) -> dict[str, float]:
    """A folded word's features and their weights: its beginning counts as much as all its runs together."""
    edged = f"_{word}_"
    runs = [edged[at : at + size] for size in _RUNS for at in range(len(edged) - size + 1)]
    weight = _RUNS_WEIGHT / math.sqrt(len(runs)) if runs else 0.0
    return {**dict.fromkeys(runs, weight), f"={word[:PREFIX]}": 1.0}


def _pair(left: str, right: str) -> str:
    return f"{fold(left[:PREFIX])} {fold(right[:PREFIX])}"
