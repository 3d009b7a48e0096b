"""Scores texts by a linear model's weights, keeping what words are worth."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from router.features import Bag, Vocabulary

MOST_WORDS = 3_000
"""Words of a text that count: what it is about stands at its beginning."""
_KEPT = 10 * MOST_WORDS
"""Words and pairs whose worth is kept: more than any one text can have, and most of what a day brings."""

_SHORTEST = 1e-9


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
        # After the labels' columns: 1 for each word, and 1 for each whose beginning is known.
        self._worth = np.zeros((_KEPT, len(constants) + 2), np.float32)
        self._squares = np.zeros(_KEPT, np.float32)
        self._forget()

    def scores(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The score of each label (columns) for each text (rows), given as words in lower case."""
        return self.sums(texts)[0]

    def sums(self, texts: Sequence[Sequence[str]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The scores, and for each text the share of its distinct words whose beginning is known."""
        result = np.zeros((len(texts), self._worth.shape[1]), np.float32)
        lengths = np.ones((len(texts), 1), np.float32)
        with self._lock:
            for row, tokens in enumerate(texts):
                places = np.array(self._places(tokens), np.int32)
                result[row] = self._worth[places].sum(axis=0)
                lengths[row] = self._squares[places].sum()
        scores = result[:, :-2] / np.sqrt(np.maximum(lengths, _SHORTEST)) + self.constants
        familiar = result[:, -1] / np.maximum(result[:, -2], 1)
        return scores.astype(np.float32), familiar.astype(np.float32)

    def shares(self, tokens: Sequence[str], label: int) -> dict[str, float]:
        """What each word of a text speaks for a label, by its number; below 0 it speaks against."""
        distinct = list(dict.fromkeys(tokens[:MOST_WORDS]))
        with self._lock:
            if not self._index.keys() >= set(distinct):
                self._places(tokens)
            worth = self._worth[[self._index[token] for token in distinct], label]
        return dict(zip(distinct, worth.tolist(), strict=True))

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
                word = self.vocabulary.word(token)
                place = self._keep(token, word.bag, word.beginning, is_known=word.is_known)
            places[place] = None
            begin = begins[place]
            pair = pairs.get((before, begin)) if begin >= 0 and before >= 0 else None
            if pair is not None:
                together = index.get(pair)
                if together is None:
                    together = self._keep(pair, self.vocabulary.pair(pair))
                places[together] = None
            before = begin
        return list(places)

    def _keep(self, key: str | int, bag: Bag, begin: int = -1, *, is_known: bool = False) -> int:
        place = len(self._begins)
        self._worth[place, :-2] = np.dot(bag.values, self.weights[bag.ids]) * self.scales
        self._worth[place, -2:] = isinstance(key, str), is_known
        self._squares[place] = bag.square
        self._begins.append(begin)
        self._index[key] = place
        return place

    def _forget(self) -> None:
        self._index: dict[str | int, int] = {}
        self._begins: list[int] = []
