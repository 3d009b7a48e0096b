"""Trains models. scikit-learn is loaded here, when it is asked to train, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.model import Model

TARGET_PRECISION = 0.97
"""Share of right answers among those a model calls sure."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text whose label is known. A `weight` of 2 counts like having it twice."""

    text: str
    label: str
    weight: float = 1.0


def train(samples: Sequence[Sample], *, target_precision: float = TARGET_PRECISION) -> Model:
    """A model of the labels that occur. The same samples give the same bytes.

    Confidence and thresholds come from cross-validated predictions: each sample is judged by a model that has
    not seen it. Raises ValueError for fewer than two labels.
    """
    raise NotImplementedError
