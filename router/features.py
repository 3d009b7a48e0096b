"""Turns texts into features that a linear model can weigh.

A text is the sum of its distinct words and of its pairs of neighbouring words. A word stands for its first
letters and for the short runs of letters in it, so that endings, typing errors and joined words leave most
of it in place; its letters are folded, so that missing diacritics and shouting change nothing. What a word
stands for does not depend on its text: it is worked out once and kept.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
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


class Word(NamedTuple):
    """What a word stands for, whether its beginning is known, and its number in `Vocabulary.pairs`."""

    bag: Bag
    is_known: bool
    beginning: int


_NOTHING = Bag(np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0)


class Vocabulary:
    """The features a model knows, each with its inverse document frequency."""

    def __init__(self, names: Sequence[str], rarity: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.rarity = rarity
        self._ids = {name: number for number, name in enumerate(self.names)}
        self._beginnings: dict[str, int] = {}
        self.pairs: Mapping[tuple[int, int], int] = dict(self._known_pairs())

    def word(self, token: str) -> Word:
        """What a word, in lower case, stands for."""
        names = _parts(token)
        bag = self._bag(names, _weights(len(names)))
        return Word(bag, names[0] in self._ids, self._beginnings.get(names[0][1:], -1))

    def pair(self, number: int) -> Bag:
        """What the pair of words with this feature's number stands for."""
        return self._bag(self.names[number : number + 1], [_PAIR_WEIGHT])

    def text(self, tokens: Sequence[str]) -> Bag:
        """What a text, given as words in lower case, stands for: its distinct words and known pairs."""
        words = {token: self.word(token) for token in tokens}
        beginnings = (words[token].beginning for token in tokens)
        found = dict.fromkeys(self.pairs[pair] for pair in pairwise(beginnings) if pair in self.pairs)
        bags = [*(word.bag for word in words.values()), *map(self.pair, found)]
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

    def _bag(self, names: Sequence[str], weights: Sequence[float]) -> Bag:
        ids = self._ids
        known = [(ids[name], weight) for name, weight in zip(names, weights, strict=True) if name in ids]
        if not known:
            return _NOTHING
        numbers = np.array([number for number, _ in known], np.int32)
        values = np.array([weight for _, weight in known], np.float32) * self.rarity[numbers]
        return Bag(numbers, values, float(values @ values))


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
        names.update(_parts(token))
    return names


@lru_cache(maxsize=4096)
def _parts(token: str) -> tuple[str, ...]:
    """A word's features, its beginning first. Kept a while: several models ask for the same words."""
    word = fold(token[:_LONGEST_WORD])
    edged = f"_{word}_"
    runs = {edged[at : at + size] for size in _RUNS for at in range(len(edged) - size + 1)}
    return (f"={word[:PREFIX]}", *sorted(runs))


@cache
def _weights(parts: int) -> tuple[float, ...]:
    """The beginning counts more than all the runs together, however many there are."""
    runs = parts - 1
    return (1.0, *[_RUNS_WEIGHT / math.sqrt(runs)] * runs)


def _pair(left: str, right: str) -> str:
    return f"{fold(left[:PREFIX])} {fold(right[:PREFIX])}"
