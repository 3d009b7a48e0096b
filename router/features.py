"""Turns texts into features that a linear model can weigh.

A text is the sum of its distinct words and of its pairs of neighbouring words. A word stands for its first
letters and for the short runs of letters in it, so that endings, typing errors and joined words leave most
of it in place; its letters are folded, so that missing diacritics and shouting change nothing. What a word
stands for does not depend on its text: it is worked out once and kept.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.tokens import folded

PREFIX = 5
"""Letters that stand for a word: Turkish puts its endings behind."""
BEGINNING = "="
"""Before the letters of a feature that is the beginning of a word."""
RUNS = (3, 4, 5)
RUNS_WEIGHT = 0.7
PAIR_WEIGHT = 0.6
LONGEST_WORD = 40
_RAREST = 2
"""Texts a feature must occur in to be kept."""


class Bag(NamedTuple):
    """Features by number with their values, and the square of their length."""

    ids: NDArray[np.int32]
    values: NDArray[np.float32]
    square: float


class Vocabulary:
    """The features a model knows, each with its inverse document frequency.

    Names are kept as one text, a line each: one by one, those of three models would take six megabytes.
    """

    def __init__(self, listed: str, rarity: NDArray[np.float32]) -> None:
        self.listed = listed
        self.rarity = rarity

    @property
    def names(self) -> list[str]:
        """The features' names in order, listed anew."""
        return self.listed.split("\n") if self.listed else []

    def text(self, tokens: Sequence[str]) -> Bag:
        """What a text, given as words in lower case, stands for: its distinct words and known pairs."""
        named: list[tuple[str, float]] = []
        for token in dict.fromkeys(tokens):
            names = parts(token)
            named += zip(names, part_weights(len(names)), strict=True)
        pairs = dict.fromkeys(_pair(left, right) for left, right in pairwise(tokens))
        named += ((pair, PAIR_WEIGHT) for pair in pairs)
        ids = self._ids
        known = [(ids[name], weight) for name, weight in named if name in ids]
        numbers = np.array([number for number, _ in known], np.int32)
        values = np.array([weight for _, weight in known], np.float32) * self.rarity[numbers]
        return Bag(numbers, values, float(values @ values))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}


def learn(texts: Iterable[Sequence[str]]) -> Vocabulary:
    """The vocabulary of texts, each given as its words in lower case."""
    counts: Counter[str] = Counter()
    total = 0
    for tokens in texts:
        counts.update(_names(tokens))
        total += 1
    kept = sorted(name for name, count in counts.items() if count >= _RAREST)
    rarity = [math.log((1 + total) / (1 + counts[name])) + 1 for name in kept]
    return Vocabulary("\n".join(kept), np.array(rarity, np.float32))


def _names(tokens: Sequence[str]) -> set[str]:
    names = {_pair(left, right) for left, right in pairwise(tokens)}
    for token in set(tokens):
        names.update(parts(token))
    return names


def parts(token: str) -> tuple[str, ...]:
    """The features of a word in lower case, its beginning first."""
    word = folded(token[:LONGEST_WORD])
    edged = f"_{word}_"
    runs = {edged[at : at + size] for size in RUNS for at in range(len(edged) - size + 1)}
    return (f"{BEGINNING}{word[:PREFIX]}", *sorted(runs))


@cache
def part_weights(count: int) -> tuple[float, ...]:
    """What each of so many features of a word counts: the beginning more than all the runs together."""
    runs = count - 1
    return (1.0, *[RUNS_WEIGHT / math.sqrt(runs)] * runs)


def _pair(left: str, right: str) -> str:
    return f"{folded(left[:PREFIX])} {folded(right[:PREFIX])}"
