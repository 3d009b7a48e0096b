"""How sure a model may be: learned from what it said of texts it had not seen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from router.model import softmax

Floats = NDArray[np.float32]
_SHARPNESSES = np.geomspace(0.1, 60.0, 100)
_LENT = 20.0
"""Predictions of all labels that a label's own precision is mixed with: few of its own prove little."""
_BINS = 15
NEVER = 2.0
"""A threshold that no confidence reaches."""


def sharpness(scores: Floats, right: NDArray[np.intp], weights: Floats) -> float:
    """The factor with which softmax(factor x scores) is likeliest to be right (temperature scaling)."""

    def loss(factor: float) -> float:
        likely = softmax((factor * scores).astype(np.float32))[np.arange(len(right)), right]
        return float(-(np.log(np.maximum(likely, 1e-9)) * weights).sum())

    return float(min(_SHARPNESSES, key=loss))


def thresholds(likely: Floats, right: NDArray[np.intp], target: float) -> Floats:
    """For each label the confidence from which on `target` of what is called so is right; NEVER if none is.

    A label's precision is its own, mixed with that of all labels as if it had some more predictions of them.
    """
    called, confidence = likely.argmax(axis=1), likely.max(axis=1)
    hit = called == right
    overall = _precision(confidence, hit)
    return np.array(
        [
            _threshold(confidence[called == label], hit[called == label], overall, target)
            for label in range(likely.shape[1])
        ],
        np.float32,
    )


def figures(likely: Floats, right: NDArray[np.intp], limits: Floats) -> dict[str, float]:
    """What held-out predictions are worth: see `router.model.Facts`."""
    called, confidence = likely.argmax(axis=1), likely.max(axis=1)
    hit, sure = called == right, confidence >= limits[called]
    return {
        "accuracy": float(hit.mean()),
        "macro_f1": _macro_f1(called, right),
        "ece": calibration_error(confidence, hit),
        "coverage": float(sure.mean()),
        "precision": float(hit[sure].mean()) if sure.any() else 1.0,
    }


def calibration_error(confidence: Floats, hit: NDArray[np.bool_]) -> float:
    """The expected calibration error over bins of equal width: 0 when confidence is what it says."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((confidence[bins == b] - hit[bins == b]).sum())) for b in range(_BINS)]
    return sum(gaps) / len(hit)


def _precision(confidence: Floats, hit: NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    """The precision of all predictions at least so confident."""
    order = np.argsort(confidence, kind="stable")
    ascending, right = confidence[order], hit[order].astype(np.float64)
    above = right[::-1].cumsum()[::-1] / np.arange(len(right), 0, -1)

    def precision(limits: Floats) -> Floats:
        places = np.searchsorted(ascending, limits, side="left")
        return above[np.minimum(places, len(above) - 1)].astype(np.float32)

    return precision


def _threshold(
    confidence: Floats, hit: NDArray[np.bool_], overall: Callable[[Floats], Floats], target: float
) -> float:
    limits = np.unique(np.concatenate([confidence, np.linspace(0.05, 0.99, 95, dtype=np.float32)]))
    count = (confidence[None, :] >= limits[:, None]).sum(axis=1)
    right = ((confidence[None, :] >= limits[:, None]) & hit).sum(axis=1)
    mixed = (right + _LENT * overall(limits)) / (count + _LENT)
    good = limits[mixed >= target]
    return float(good[0]) if len(good) else NEVER


def _macro_f1(called: NDArray[np.intp], right: NDArray[np.intp]) -> float:
    scores = []
    for label in np.unique(right):
        both = np.sum((called == label) & (right == label))
        scores.append(2 * both / (np.sum(called == label) + np.sum(right == label)))
    return float(np.mean(scores))
