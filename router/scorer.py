"""Scores texts by a linear model's weights, keeping what words are worth."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from router.features import Bag, Vocabulary

MOST_WORDS = 3_000
"""Words of a text that count: what it is about stands at its beginning."""
_KEPT = 4 * MOST_WORDS
"""Words and pairs whose worth is kept: more than any one text can have."""


class Scorer:
    """Adds up the weights of texts. Built once from a vocabulary, weights (features x labels) and constants.

    Weights are bytes, those of a label times its scale: a quarter of the size for no decision that is known
    to change. The worth of words is shared by threads, behind a lock.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        weights: NDArray[np.int8],
        scales: NDArray[np.float32],
        constants: NDArray[np.float32],
    ) -> None:
        self.vocabulary = vocabulary
        self.weights, self.scales, self.constants = weights, scales, constants
        self._lock = Lock()
        self._worth = np.zeros((_KEPT, len(constants)), np.float32)
        self._squares = np.zeros(_KEPT, np.float32)
        self._forget()

    def scores(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The score of each label (columns) for each text (rows), given as words in lower case."""
        result = np.tile(self.constants, (len(texts), 1))
        with self._lock:
            for row, tokens in enumerate(texts):
                places = self._places(tokens)
                square = float(self._squares[places].sum()) if places else 0.0
                if square:
                    result[row] += self._worth[places].sum(axis=0) / square**0.5
        return result

    def shares(self, tokens: Sequence[str], label: int) -> dict[str, float]:
        """What each word of a text speaks for a label, by its number; below 0 it speaks against."""
        with self._lock:
            self._places(tokens)
            return {
                token: float(self._worth[self._index[token], label])
                for token in dict.fromkeys(tokens[:MOST_WORDS])
            }

    def familiarity(self, tokens: Sequence[str]) -> float:
        """The share of a text's distinct words whose beginning is known, between 0 and 1."""
        with self._lock:
            self._places(tokens)
            distinct = dict.fromkeys(tokens[:MOST_WORDS])
            known = sum(self._known[self._index[token]] for token in distinct)
        return known / len(distinct) if distinct else 0.0

    def _places(self, tokens: Sequence[str]) -> list[int]:
        """Where the worth of a text's distinct words and known pairs of words stands."""
        if len(self._begins) + 2 * min(len(tokens), MOST_WORDS) > _KEPT:
            self._forget()
        index, begins, pairs = self._index, self._begins, self.vocabulary.pairs
        places: dict[int, None] = {}
        before = -1
        for token in tokens[:MOST_WORDS]:
            place = index.get(token)
            if place is None:
                place = self._keep(token, self.vocabulary.word(token), self.vocabulary.beginning(token))
            places[place] = None
            begin = begins[place]
            pair = pairs.get((before, begin)) if begin >= 0 and before >= 0 else None
            if pair is not None:
                together = index.get(pair)
                if together is None:
                    together = self._keep(pair, self.vocabulary.pair(pair), -1)
                places[together] = None
            before = begin
        return list(places)

    def _keep(self, key: str | int, bag: Bag, begin: int) -> int:
        place = len(self._begins)
        self._worth[place] = (bag.values @ self.weights[bag.ids].astype(np.float32)) * self.scales
        self._squares[place] = bag.square
        self._begins.append(begin)
        self._known.append(isinstance(key, str) and self.vocabulary.knows(key))
        self._index[key] = place
        return place

    def _forget(self) -> None:
        self._index: dict[str | int, int] = {}
        self._begins: list[int] = []
        self._known: list[bool] = []
