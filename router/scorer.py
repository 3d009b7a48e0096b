"""Scores texts by the weights of linear models, several at once."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.numbering import UNKNOWN
from router.worth import KEPT, Weights, Worth

MOST_WORDS = 3_000
"""Words of a text that count: what it is about stands at its beginning."""
_AT_ONCE = KEPT // 2
"""Words of texts that are looked up at once: with their pairs they fit into the table."""
_SHORTEST = 1e-9

_Texts = Sequence[Sequence[str]]


class Sums(NamedTuple):
    """What models say of texts.

    `scores` has a matrix for each model, with a row for each text and a column for each label. `familiar` is
    the share of a text's distinct words whose beginning the first model knows.
    """

    scores: Sequence[NDArray[np.float32]]
    familiar: NDArray[np.float32]


class Scorer:
    """Adds up the weights of texts. Built once from models' weights; the worth of words is shared by threads,
    behind a lock."""

    def __init__(self, *models: Weights) -> None:
        self._models = models
        self._lock = Lock()
        self._worth = Worth(models)

    def sums(self, texts: _Texts) -> Sums:
        """What the models say of texts, given as words in lower case."""
        worth = self._worth
        total = np.zeros((len(texts), worth.table.shape[1]), np.float32)
        with self._lock:
            for first, some in _portions(texts):
                for at, rows in enumerate(self._distinct(some), first):
                    np.add.reduce(worth.table[rows], axis=0, out=total[at])
        lengths = np.sqrt(np.maximum(total[:, worth.squares], _SHORTEST))
        scores = [
            _for_labels((total[:, columns] / lengths[:, at : at + 1]).astype(np.float32, copy=False), model)
            for at, (columns, model) in enumerate(zip(worth.columns, self._models, strict=True))
        ]
        familiar = total[:, -1] / np.maximum(total[:, -2], 1)
        return Sums(scores, familiar.astype(np.float32, copy=False))

    def telling(self, texts: _Texts, labels: Sequence[int], least: float) -> list[dict[str, float]]:
        """The words of each text that speak for a label of the first model, by its number, with how much.

        Told are those that say at least the share `least` of what the word says that says most. A label below
        0 stands for none: no words are told.
        """
        result: list[dict[str, float]] = []
        for first, some in _portions(texts):
            flat = list(chain.from_iterable(some))
            sizes = [len(tokens) for tokens in some]
            wanted = np.repeat(np.array(labels[first : first + len(some)], np.intp), sizes)
            with self._lock:
                said = self._said(self._worth.words(flat), wanted)
            said[wanted < 0] = 0
            result += _telling(flat, said, sizes, least)
        return result

    def _said(self, rows: NDArray[np.int32], labels: NDArray[np.intp]) -> NDArray[np.float32]:
        """What the words in these rows each speak for a label of the first model."""
        layer = self._models[0].layer
        if layer is None:
            return self._worth.table[rows, labels]
        sums = self._worth.table[rows, self._worth.columns[0]]
        said: NDArray[np.float32] = np.einsum("ij,ij->i", sums, layer.T[labels])
        return said

    def _distinct(self, texts: _Texts) -> Iterator[NDArray[np.int32]]:
        """The rows of each text's distinct words and known pairs of words."""
        sizes = [len(tokens) for tokens in texts]
        words, pairs = self._rows(list(chain.from_iterable(texts)), sizes)
        shifts = np.repeat(np.arange(len(texts)) * KEPT, sizes)
        found = np.concatenate((words + shifts, (pairs + shifts)[pairs != UNKNOWN]))
        found.sort()  # np.unique would take five times as long
        found = found[np.diff(found, prepend=-1) > 0]
        bounds = np.searchsorted(found, np.arange(len(texts) + 1) * KEPT).tolist()
        found %= KEPT
        return (found[start:end] for start, end in pairwise(bounds))

    def _rows(
        self, words: Sequence[str], sizes: Sequence[int]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        ends = np.cumsum(sizes)
        return self._worth.rows(words, ends[ends > 0] - 1)


def _for_labels(sums: NDArray[np.float32], model: Weights) -> NDArray[np.float32]:
    """What sums of columns (rows) speak for labels: row by row, so that company changes no digit."""
    if model.layer is not None:
        sums = np.matmul(sums[:, np.newaxis], model.layer)[:, 0]
    return sums + model.constants


def _portions(texts: _Texts) -> Iterator[tuple[int, list[Sequence[str]]]]:
    """The words that count, in portions of so many texts as are looked up at once, each with its place."""
    first, some, words = 0, list[Sequence[str]](), 0
    for at, tokens in enumerate(texts):
        size = min(len(tokens), MOST_WORDS)
        if words + size > _AT_ONCE:
            yield first, some
            first, some, words = at, [], 0
        some.append(tokens[:MOST_WORDS] if len(tokens) > MOST_WORDS else tokens)
        words += size
    if some:
        yield first, some


def _telling(
    flat: Sequence[str], said: NDArray[np.float32], sizes: Sequence[int], least: float
) -> Iterator[dict[str, float]]:
    for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True):
        own = said[end - size : end]
        limit = max(least * float(own.max(initial=0.0)), 0.0)
        places = np.flatnonzero(own > limit).tolist()
        yield {flat[end - size + place]: float(own[place]) for place in places}
