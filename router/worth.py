"""What words and pairs of words are worth to several models: worked out once, and kept in a table."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from router.features import Vocabulary
from router.numbering import UNKNOWN, Numbering, Parts

KEPT = 30_000
"""Words and pairs that are kept: most of what a day brings."""
_AT_ONCE = 128
"""Words worked out at once: what is in the making stays small."""


_Rows = TypeVar("_Rows")


class Weights(NamedTuple):
    """A model's vocabulary, weights (features x columns), each column's scale, and each label's constant.

    A column is a label, or one of an inner `layer` (columns x labels). Weights are bytes, those of a column
    times its scale: a quarter of the size for no decision that is known to change.
    """

    vocabulary: Vocabulary
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    constants: NDArray[np.float32]
    layer: NDArray[np.float32] | None


class _FullError(Exception):
    """There is no room for more."""


class Worth:
    """The table. In a row stand the columns of each model, then for each model the square of the
    length, then 1 for a word, then 1 for a word whose beginning the first model knows.

    Not for several threads at once.
    """

    def __init__(self, models: Sequence[Weights]) -> None:
        self._models = models
        self._numbering = Numbering([model.vocabulary for model in models])
        ends = np.cumsum([len(model.scales) for model in models]).tolist()
        self.columns = [slice(end - len(m.scales), end) for end, m in zip(ends, models, strict=True)]
        self.squares = slice(ends[-1], ends[-1] + len(models))
        self.table = np.zeros((KEPT, ends[-1] + len(models) + 2), np.float32)
        self._beginnings = np.zeros(KEPT, np.int32)
        self._pairs = np.zeros(len(self._numbering.own[0]), np.int32)
        self._index: dict[str, int] = {}
        self._used = 0
        self._forget()

    def rows(
        self, tokens: Sequence[str], last: NDArray[np.intp]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The row of each word, and the row of the known pair that it begins (UNKNOWN where it begins none).

        `last` are the positions of words that begin no pair. Of so many words, half of KEPT at most.
        """
        return self._with_room(lambda: self._rows(tokens, last))

    def words(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """The row of each word. Of so many words, half of KEPT at most."""
        return self._with_room(lambda: self._words(tokens))

    def _with_room(self, find: Callable[[], _Rows]) -> _Rows:
        try:
            return find()
        except _FullError:
            self._forget()
            return find()

    def _rows(
        self, tokens: Sequence[str], last: NDArray[np.intp]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        rows = self._words(tokens)
        beginnings = self._beginnings[rows]
        pairs = np.full(len(rows), UNKNOWN, np.int32)
        pairs[:-1] = self._numbering.pairs(beginnings[:-1], beginnings[1:])
        pairs[last] = UNKNOWN
        return rows, self._pair_rows(pairs)

    def _words(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        words = list(map(self._index.get, tokens))
        if None in words:
            new = dict.fromkeys(token for token, row in zip(tokens, words, strict=True) if row is None)
            self._index |= zip(new, self._keep_words(list(new)), strict=True)
            words = list(map(self._index.get, tokens))
        return np.array(words, np.int32)

    def _pair_rows(self, pairs: NDArray[np.int32]) -> NDArray[np.int32]:
        known = pairs[pairs != UNKNOWN]
        new = np.unique(known[self._pairs[known] == UNKNOWN])
        if len(new):
            rows = self._room(len(new))
            self._work_out(self._numbering.known_pairs(new), slice(rows.start, rows.stop))
            self._pairs[new] = rows
        return self._pairs[pairs]  # the last of them is UNKNOWN

    def _keep_words(self, tokens: Sequence[str]) -> range:
        """The rows in which these words are kept from now on."""
        rows = self._room(len(tokens))
        for first in range(0, len(tokens), _AT_ONCE):
            some = tokens[first : first + _AT_ONCE]
            parts, start = self._numbering.words(some), rows.start + first
            own = slice(start, start + len(some))
            self._work_out(parts, own)
            begins = self._numbering.own[0][parts.numbers[parts.bounds[:-1]]]
            self.table[own, -2], self.table[own, -1] = 1, begins != UNKNOWN
        return rows

    def _room(self, count: int) -> range:
        if self._used + count > KEPT:
            raise _FullError
        self._used += count
        return range(self._used - count, self._used)

    def _work_out(self, parts: Parts, rows: slice) -> None:
        for at, own in enumerate(self._numbering.own):
            self._work_out_for(at, own[parts.numbers], parts, rows)
        self._beginnings[rows] = parts.beginnings
        self.table[rows, -2:] = 0

    def _work_out_for(
        self,
        at: int,
        ids: NDArray[np.int32],
        parts: Parts,
        rows: slice,
    ) -> None:
        """Work out what these are worth to one model, which knows their features by `ids`."""
        known = np.flatnonzero(ids != UNKNOWN)
        ids, model = ids[known], self._models[at]
        values = parts.weights[known] * model.vocabulary.rarity[ids]
        bounds = np.searchsorted(known, parts.bounds)
        some = np.flatnonzero(bounds[:-1] < bounds[1:])
        table, squares = self.table[rows, self.columns[at]], self.table[rows, self.squares.start + at]
        table[:], squares[:] = 0, 0
        if len(some):
            weighed = values[:, np.newaxis] * model.weights[ids]
            table[some] = np.add.reduceat(weighed, bounds[some]) * model.scales
            squares[some] = np.add.reduceat(values * values, bounds[some])

    def _forget(self) -> None:
        self._index = {}
        self._pairs[:] = UNKNOWN
        self._used = 0
