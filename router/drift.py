"""Whether decisions have become worse than the model's training led to expect.

A calibrated model says itself how often it will be wrong: of the cases that people looked at, the mean of
`1 - confidence` should turn out wrong. What exceeds that is drift. So it does not matter that people see the
unsure cases more often than the sure ones. New matters show as low confidence before anybody corrects.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class DriftKind(StrEnum):
    """What became worse."""

    CONFIDENCE = "confidence"
    CORRECTIONS = "corrections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Shares of 1 by which confidence may fall and corrections rise; fewer than `least` cases say nothing."""

    confidence: float
    corrections: float
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a topic's decisions turned out: looked at, found wrong, and how many the confidences led to expect.

    No topic stands for all of them together.
    """

    topic: str | None
    reviewed: int
    corrected: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing that is beyond its limit: what was found, against what was expected; shares of 1."""

    kind: DriftKind
    topic: str | None
    found: float
    expected: float
    cases: int


def confidence_drift(cases: int, confidence: float, trained: float, limits: Limits) -> Drift | None:
    """A mean confidence that fell too far below that on the texts the model was measured with, or None."""
    if cases < limits.least or trained - confidence <= limits.confidence:
        return None
    return Drift(kind=DriftKind.CONFIDENCE, topic=None, found=confidence, expected=trained, cases=cases)


def correction_drift(outcomes: Iterable[Outcome], limits: Limits) -> list[Drift]:
    """Corrections beyond what was expected, over all topics first, then by topic, the worst first."""
    each = list(outcomes)
    whole = Outcome(
        topic=None,
        reviewed=sum(o.reviewed for o in each),
        corrected=sum(o.corrected for o in each),
        expected=sum(o.expected for o in each),
    )
    by_topic = sorted(_beyond(each, limits), key=lambda drift: drift.expected - drift.found)
    return [*_beyond([whole], limits), *by_topic]


def _beyond(outcomes: Iterable[Outcome], limits: Limits) -> Iterator[Drift]:
    for outcome in outcomes:
        if outcome.reviewed < limits.least:
            continue
        found, expected = outcome.corrected / outcome.reviewed, outcome.expected / outcome.reviewed
        if found - expected > limits.corrections:
            yield Drift(
                kind=DriftKind.CORRECTIONS,
                topic=outcome.topic,
                found=found,
                expected=expected,
                cases=outcome.reviewed,
            )
