"""How good answers are whose truth is known: the figures by which one model is preferred to another.

Pure arithmetic over numpy. Shares are fractions of 1, and 0 for an empty table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10
MOST_CONFIDENT = 0.8
"""The share of the most confident answers whose precision is told by itself."""
NOTHING = ""
"""The label of an answer that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said of one text: the right label, the one given, how confidently (0 to 1), which others were
    thought of, best first. `sure` says that it would have been acted on without a person."""

    expected: str
    label: str
    confidence: float
    sure: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the label given is the right one."""
        return self.label == self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The answers whose confidence lies from `low` to `high`: how many, how confident, how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Evaluation:
    """The figures of a table of answers."""

    answers: Sequence[Answer]

    @cached_property
    def _right(self) -> NDArray[np.bool_]:
        return np.fromiter((a.right for a in self.answers), np.bool_, len(self.answers))

    @cached_property
    def _confidence(self) -> NDArray[np.float64]:
        return np.fromiter((a.confidence for a in self.answers), np.float64, len(self.answers))

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return _mean(self._right)

    @property
    def mean_confidence(self) -> float:
        """How confident the answers are on average."""
        return _mean(self._confidence)

    def top(self, count: int) -> float:
        """The share of texts whose right label is among the first `count` thought of."""
        return _share(self.answers, lambda a: a.expected in (a.label, *a.alternatives)[:count])

    def recall(self, labels: frozenset[str]) -> float | None:
        """Of the texts that have one of these labels, the share that was given any of them; None if there are
        no such texts."""
        asked = [a for a in self.answers if a.expected in labels]
        return _share(asked, lambda a: a.label in labels) if asked else None

    @property
    def sure_share(self) -> float:
        """The share of answers that would have been acted on without a person."""
        return _share(self.answers, lambda a: a.sure)

    @property
    def sure_precision(self) -> float:
        """The share of right ones among those."""
        return _share([a for a in self.answers if a.sure], lambda a: a.right)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label that was expected or given, in order of the alphabet."""
        return tuple(sorted({a.expected for a in self.answers} | {a.label for a in self.answers}))

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """How often each label (row) was given as each (column), in the order of `labels`."""
        place = {label: at for at, label in enumerate(self.labels)}
        matrix = np.zeros((len(place), len(place)), np.int64)
        np.add.at(
            matrix, ([place[a.expected] for a in self.answers], [place[a.label] for a in self.answers]), 1
        )
        return matrix

    @property
    def macro_f1(self) -> float:
        """The mean over all labels of the harmonic mean of precision and recall: rare labels count as common
        ones do."""
        hits = np.diag(self.confusion)
        whole = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return _mean(2 * hits / np.maximum(whole, 1))

    @cached_property
    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coverage and precision at every confidence that occurs, from the highest down.

        Answers of equal confidence are taken together: no threshold can part them.
        """
        order = np.argsort(-self._confidence, kind="stable")
        taken = np.arange(1, len(order) + 1)
        precision = np.cumsum(self._right[order]) / taken
        falling = self._confidence[order]
        last = np.append(falling[1:] != falling[:-1], True)[: len(order)]
        return (taken / max(len(order), 1))[last], precision[last]

    def coverage(self, precision: float) -> float:
        """The largest share of answers, the most confident ones, of which at least `precision` are right."""
        shares, reached = self.curve
        return float(shares[reached >= precision].max(initial=0.0))

    def precision(self, coverage: float) -> float:
        """The share of right ones among the most confident `coverage` of all answers, rounded up to one."""
        count = int(np.ceil(coverage * len(self.answers)))
        return _mean(self._right[np.argsort(-self._confidence, kind="stable")][:count])

    def bins(self, count: int = BINS) -> list[Bin]:
        """Equally wide bins of confidence, those without answers left out; the diagram of reliability."""
        edges = np.linspace(0, 1, count + 1)
        place = np.clip(np.searchsorted(edges, self._confidence, side="left") - 1, 0, count - 1)
        return [self._bin(edges[at], edges[at + 1], place == at) for at in np.unique(place)]

    def _bin(self, low: float, high: float, chosen: NDArray[np.bool_]) -> Bin:
        return Bin(
            low=float(low),
            high=float(high),
            count=int(chosen.sum()),
            confidence=_mean(self._confidence[chosen]),
            accuracy=_mean(self._right[chosen]),
        )

    @property
    def calibration_error(self) -> float:
        """The expected calibration error: how far confidence and accuracy lie apart, a bin by its answers."""
        found = self.bins()
        return sum(b.count * abs(b.confidence - b.accuracy) for b in found) / max(len(self.answers), 1)

    @property
    def errors(self) -> list[int]:
        """The positions of wrong answers, the most confident first."""
        return [int(at) for at in np.argsort(-self._confidence, kind="stable") if not self._right[at]]

    def figures(self, target_precision: float) -> dict[str, float]:
        """The figures that are shown, stored with a model and compared."""
        return {
            "texts": len(self.answers),
            "labels": len({a.expected for a in self.answers}),
            "accuracy": self.accuracy,
            "top3": self.top(3),
            "macro_f1": self.macro_f1,
            "ece": self.calibration_error,
            "coverage": self.coverage(target_precision),
            "precision_at_80": self.precision(MOST_CONFIDENT),
            "sure": self.sure_share,
            "sure_precision": self.sure_precision,
            "mean_confidence": self.mean_confidence,
        }


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _share(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> float:
    return sum(map(holds, answers)) / len(answers) if answers else 0.0
