"""Fits the numbers of a model to samples: a separator for each of few labels (liblinear)."""

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_STRENGTH = 1.0
_ROUNDS = 8
"""Passes over the examples: more of them make no better model, measured by topics."""
_TOLERANCE = 0.1
_ABSENT = -1.0
"""The score of a label that a fold has no example of."""


class Fitted(NamedTuple):
    """What features weigh (rows) for labels (columns), or for the columns of an inner layer.

    `layer` then holds what those weigh (rows) for labels (columns). `constants` are added to labels' scores.
    """

    weights: Floats
    constants: Floats
    layer: Floats | None = None

    def scores(self, matrix: Any) -> Floats:
        """What speaks for each label (columns) in samples given by their features (rows)."""
        scores: Floats = for_labels(matrix @ self.weights, self.layer) + self.constants
        return scores


def for_labels(sums: Floats, layer: Floats | None) -> Floats:
    """Sums of weights (rows) as what they speak for labels: through the inner layer where there is one."""
    return sums if layer is None else sums @ layer


def separated(matrix: Any, right: NDArray[np.intp], weights: Floats, labels: int) -> Fitted:
    """A separator for each label, from samples' features (rows of a sparse matrix), labels and weights."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_STRENGTH, max_iter=_ROUNDS, tol=_TOLERANCE, dual=True, random_state=0)
    with warnings.catch_warnings():
        # The last digits of the weights do not matter: they are rounded to bytes.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(matrix, right, sample_weight=weights)
    found = np.zeros((matrix.shape[1], labels), np.float32)
    constants = np.full(labels, _ABSENT, np.float32)
    # Two labels have one line between them: what speaks for one speaks against the other.
    both = len(machine.classes_) == 2
    found[:, machine.classes_] = (np.vstack([-machine.coef_, machine.coef_]) if both else machine.coef_).T
    constants[machine.classes_] = (
        np.concatenate([-machine.intercept_, machine.intercept_]) if both else machine.intercept_
    )
    return Fitted(found, constants)
