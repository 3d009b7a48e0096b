"""Drift is what exceeds the corrections that the confidences themselves led to expect."""

import pytest

from router.drift import Drift, DriftKind, Limits, Outcome, confidence_drift, correction_drift

LIMITS = Limits(confidence=0.1, corrections=0.15, least=20)


def outcome(topic: str, reviewed: int, corrected: int, expected: float) -> Outcome:
    return Outcome(topic=topic, reviewed=reviewed, corrected=corrected, expected=expected)


@pytest.mark.parametrize(
    ("label", "cases", "confidence", "drifts"),
    [
        ("as trained", 500, 0.8, False),
        ("a little lower", 500, 0.71, False),
        ("far lower", 500, 0.69, True),
        ("higher is no drift", 500, 0.99, False),
        ("too few say nothing", 19, 0.2, False),
    ],
)
def test_confidence_may_fall_so_far(label: str, cases: int, confidence: float, drifts: bool) -> None:
    found = confidence_drift(cases, confidence, 0.8, LIMITS)
    assert (found is not None) is drifts
    if found:
        assert (found.kind, found.found, found.expected) == (DriftKind.CONFIDENCE, confidence, 0.8)


@pytest.mark.parametrize(
    ("label", "outcomes", "topics"),
    [
        ("half of the unsure ones are wrong, as they said", [outcome("cop", 40, 20, 20.0)], []),
        ("a topic is wrong too often, and so is the whole", [outcome("cop", 40, 30, 20.0)], [None, "cop"]),
        ("too few of a topic", [outcome("cop", 19, 19, 1.0)], []),
        (
            "a topic's fault is lost in the whole",
            [outcome("cop", 20, 10, 2.0), outcome("su", 400, 4, 10.0)],
            ["cop"],
        ),
        (
            "the worst first",
            [outcome("cop", 20, 9, 2.0), outcome("su", 20, 18, 2.0)],
            [None, "su", "cop"],
        ),
    ],
)
def test_corrections_count_against_what_confidence_promised(
    label: str, outcomes: list[Outcome], topics: list[str | None]
) -> None:
    found = correction_drift(outcomes, LIMITS)
    assert [drift.topic for drift in found] == topics
    assert all(isinstance(drift, Drift) and drift.kind is DriftKind.CORRECTIONS for drift in found)
    assert all(drift.found - drift.expected > LIMITS.corrections for drift in found)
