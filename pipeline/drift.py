"""How the decisions of past weeks turned out, beside what the training of the model led to expect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from config.settings import ISTANBUL, Settings
from pipeline.desk import Desk
from pipeline.model_shelf import shipped_model
from router.drift import Drift, Limits, Outcome, confidence_drift, correction_drift
from store.review_records import TopicWeek, Week
from store.unit_of_work import UnitOfWork

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any desk's first case."""


@dataclass(frozen=True, kw_only=True)
class WeekFound:
    """A week's cases and their mean confidence beside that in training, what people made of those they looked
    at, and what of it is beyond its limit."""

    monday: date
    cases: int
    confidence: float | None
    trained: float | None
    whole: TopicWeek
    topics: Sequence[TopicWeek]
    drifts: Sequence[Drift]


def drift_weeks(desk: Desk, uow: UnitOfWork, since: datetime) -> list[WeekFound]:
    """The weeks since then in which there were cases or decisions, the oldest first."""
    trained, limits = trained_confidence(uow), limits_of(desk.settings)
    cases = {week.monday: week for week in uow.weeks.cases(since)}
    topics: dict[date, list[TopicWeek]] = {}
    for each in uow.weeks.reviews(since):
        topics.setdefault(each.monday or date.min, []).append(each)
    return [
        _week(monday, cases.get(monday), topics.get(monday, []), trained, limits)
        for monday in sorted(cases.keys() | topics.keys())
    ]


def trained_confidence(uow: UnitOfWork) -> float | None:
    """How confident the model in force was on texts it had not learned; None where nobody measured.

    The shipped model is calibrated on its held-out folds: there its accuracy is its mean confidence.
    """
    name = uow.trained_models.version_in_force()
    row = uow.trained_models.get(name) if name else None
    found = row.figures.get("mean_confidence") if row else shipped_model().facts.figures.get("accuracy")
    return None if found is None else float(found)


def limits_of(settings: Settings) -> Limits:
    """From when on this desk speaks of drift."""
    return Limits(
        confidence=settings.drift_confidence,
        corrections=settings.drift_corrections,
        least=settings.drift_least,
    )


def _week(
    monday: date, cases: Week | None, topics: Sequence[TopicWeek], trained: float | None, limits: Limits
) -> WeekFound:
    fallen = confidence_drift(cases.cases, cases.confidence, trained, limits) if cases and trained else None
    outcomes = [
        Outcome(topic=t.topic, reviewed=t.reviewed, corrected=t.corrected, expected=t.expected)
        for t in topics
    ]
    return WeekFound(
        monday=monday,
        cases=cases.cases if cases else 0,
        confidence=cases.confidence if cases else None,
        trained=trained,
        whole=_together(monday, topics),
        topics=topics,
        drifts=[*([fallen] if fallen else []), *correction_drift(outcomes, limits)],
    )


def _together(monday: date, topics: Sequence[TopicWeek]) -> TopicWeek:
    return TopicWeek(
        monday=monday,
        topic=None,
        reviewed=sum(t.reviewed for t in topics),
        corrected=sum(t.corrected for t in topics),
        expected=sum(t.expected for t in topics),
    )


def monday_of(now: datetime) -> date:
    """The day on which the week of a moment (aware) began in Istanbul."""
    today = now.astimezone(ISTANBUL).date()
    return today - timedelta(days=today.weekday())


def midnight(day: date) -> datetime:
    """The first moment of a day in Istanbul."""
    return datetime.combine(day, time.min, ISTANBUL)


def drift_rows(desk: Desk, weeks: int) -> list[dict[str, Any]]:
    """The last so many weeks and the one that runs, one row each with its topics; shares of 1."""
    since = midnight(monday_of(desk.now()) - timedelta(weeks=weeks))
    with desk.uow() as uow:
        return [_row(week) for week in drift_weeks(desk, uow, since)]


def topic_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The topics of such rows over all their weeks; first what was corrected far more than expected."""
    sums: dict[str | None, list[float]] = {}
    for each in (topic for row in rows for topic in row["topics"]):
        known = sums.setdefault(each["topic"], [0, 0, 0])
        sums[each["topic"]] = [
            known[0] + each["reviewed"],
            known[1] + each["corrected"],
            known[2] + each["expected"],
        ]
    ordered = sorted(sums.items(), key=lambda item: item[1][2] - item[1][1])
    return [
        {"topic": topic, "reviewed": reviewed, "corrected": wrong / reviewed, "expected": expected / reviewed}
        for topic, (reviewed, wrong, expected) in ordered
    ]


def _row(week: WeekFound) -> dict[str, Any]:
    reviewed = week.whole.reviewed
    return {
        "week": week.monday,
        "cases": week.cases,
        "confidence": week.confidence,
        "trained": week.trained,
        "reviewed": reviewed,
        "corrected": week.whole.corrected / reviewed if reviewed else None,
        "expected": week.whole.expected / reviewed if reviewed else None,
        "drifts": [drift.topic or drift.kind for drift in week.drifts],
        "topics": [
            {"topic": t.topic, "reviewed": t.reviewed, "corrected": t.corrected, "expected": t.expected}
            for t in week.topics
        ],
    }
