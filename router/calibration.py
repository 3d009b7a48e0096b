"""How sure a model may be: learned from what it said of texts it had not seen."""

from math import comb

import numpy as np
from numpy.typing import NDArray

from router.model import softmax

Floats = NDArray[np.float32]
_SHARPNESSES = np.geomspace(0.1, 60.0, 100)
_ENOUGH = 60
"""Predictions of a label that prove its precision by themselves."""
_CHANCE = 0.05
"""The probability of so many errors under which they are no bad luck."""
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

    It is the one from which on that holds for all labels together, unless the label's own predictions show
    that it may be lower, or must be higher.
    """
    called, confidence = likely.argmax(axis=1), likely.max(axis=1)
    hit = called == right
    common = _common(confidence, hit, target)
    own = [called == label for label in range(likely.shape[1])]
    return np.array([_threshold(confidence[o], hit[o], common, target) for o in own], np.float32)


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


def _common(confidence: Floats, hit: NDArray[np.bool_], target: float) -> float:
    order = np.argsort(confidence, kind="stable")
    above = hit[order][::-1].cumsum()[::-1] / np.arange(len(hit), 0, -1)
    good = np.flatnonzero(above >= target)
    return float(confidence[order][good[0]]) if len(good) else NEVER


def _threshold(confidence: Floats, hit: NDArray[np.bool_], common: float, target: float) -> float:
    for limit in sorted({*map(float, confidence), common}):
        said = hit[confidence >= limit]
        wrong = int((~said).sum())
        if len(said) >= _ENOUGH and wrong <= (1 - target) * len(said):
            return limit
        if limit >= common and _chance(wrong, len(said), 1 - target) >= _CHANCE:
            return limit
    return NEVER


def _chance(wrong: int, of: int, rate: float) -> float:
    """The probability of so many errors or more where each prediction is wrong at this rate."""
    return 1 - sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(wrong))


def _macro_f1(called: NDArray[np.intp], right: NDArray[np.intp]) -> float:
    scores = []
    for label in np.unique(right):
        both = np.sum((called == label) & (right == label))
        scores.append(2 * both / (np.sum(called == label) + np.sum(right == label)))
    return float(np.mean(scores))
