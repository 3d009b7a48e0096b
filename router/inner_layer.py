"""Fits a model of many labels through an inner layer: features weigh for some columns, and these for labels.

Fewer columns than labels make a model smaller and faster, and a better one too: what topics have in common is
learned from the examples of all of them. There is no bend in between, so that what a word says of a label is
still a sum. Softmax regression, by Adam; the order of samples and the first numbers come from a fixed seed.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.fitting import Fitted, Floats
from router.model import softmax

COLUMNS = 96
_PASSES = 12
_AT_ONCE = 32
"""Samples between two steps."""
_PACE = 0.005
"""How far the first steps go; the last ones go nowhere."""
_LEFT_OUT = 0.3
"""The share of features that each sample does without, others each time: none is relied on alone."""
_OLD_SLOPES, _OLD_SQUARES, _LEAST = 0.9, 0.999, 1e-8


def narrowed(matrix: Any, right: NDArray[np.intp], weights: Floats, labels: int) -> Fitted:
    """Weights and an inner layer, from samples' features (rows of a sparse matrix), labels and weights.

    The same samples in the same order give the same numbers on the same machine.
    """
    random = np.random.default_rng(0)
    learner = _Learner(matrix.shape[1], labels, random)
    portions = list(_portions(matrix.shape[0], random))
    for at, some in enumerate(portions):
        part = matrix[some]
        part.data = part.data * (random.random(len(part.data)) >= _LEFT_OUT) / np.float32(1 - _LEFT_OUT)
        learner.learn(part, right[some], weights[some], _PACE * (1 - at / len(portions)))
    return learner.fitted()


def _portions(count: int, random: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    for _ in range(_PASSES):
        order = random.permutation(count)
        yield from (order[first : first + _AT_ONCE] for first in range(0, count, _AT_ONCE))


class _Learner:
    """The numbers so far. Features that no sample has weigh nothing."""

    def __init__(self, features: int, labels: int, random: np.random.Generator) -> None:
        self._weights = _Numbers(np.zeros((features, COLUMNS), np.float32))
        self._layer = _Numbers(_apart(COLUMNS, labels, random))
        self._constants = _Numbers(np.zeros(labels, np.float32))

    def learn(self, part: Any, right: NDArray[np.intp], weights: Floats, pace: float) -> None:
        """Take one step towards the right labels of some samples."""
        features, part = _own_features(part)
        layer = self._layer.values
        inner = part @ self._weights.values[features]
        wrong = softmax(inner @ layer + self._constants.values)
        wrong[np.arange(len(right)), right] -= 1
        wrong *= (weights / len(right))[:, np.newaxis]
        self._weights.move(part.T @ (wrong @ layer.T), pace, features)
        self._layer.move(inner.T @ wrong, pace)
        self._constants.move(wrong.sum(axis=0), pace)

    def fitted(self) -> Fitted:
        """The numbers, so that what speaks for all labels alike speaks for none."""
        layer, constants = self._layer.values, self._constants.values
        even = layer - layer.mean(axis=1, keepdims=True)
        return Fitted(self._weights.values, constants - constants.mean(), even)


def _apart(columns: int, labels: int, random: np.random.Generator) -> Floats:
    """Rows at right angles: labels begin as far from one another as so few columns allow."""
    rows, _ = np.linalg.qr(random.standard_normal((labels, columns)))
    apart: Floats = (rows.T * (labels / columns) ** 0.5).astype(np.float32)
    return apart


class _Numbers:
    """Numbers that move against their slopes (Adam): each as far, however steep its slopes are."""

    def __init__(self, values: Floats) -> None:
        self.values = values
        self._slopes, self._squares = np.zeros_like(values), np.zeros_like(values)
        self._step = 0

    def move(self, slopes: Floats, pace: float, rows: NDArray[np.intp] | slice = slice(None)) -> None:
        """Move these rows a step; the others stay as they are."""
        self._step += 1
        mean = _OLD_SLOPES * self._slopes[rows] + (1 - _OLD_SLOPES) * slopes
        square = _OLD_SQUARES * self._squares[rows] + (1 - _OLD_SQUARES) * slopes * slopes
        self._slopes[rows], self._squares[rows] = mean, square
        far = np.float32(pace / (1 - _OLD_SLOPES**self._step))
        spread = np.sqrt(square / np.float32(1 - _OLD_SQUARES**self._step)) + np.float32(_LEAST)
        self.values[rows] -= far * mean / spread


def _own_features(part: Any) -> tuple[NDArray[np.intp], Any]:
    """The features that some samples have, and the samples' matrix with no others."""
    from scipy.sparse import csr_array

    features, places = np.unique(part.indices, return_inverse=True)
    return features, csr_array((part.data, places, part.indptr), shape=(part.shape[0], len(features)))
