"""When units are told that the time of a case runs out: before it is over, when it is, and ever higher after.

Stages follow from the two times of a case alone, so that whoever counts them anew finds the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.vocabulary import Stage
from router.working_days import after_working_days, on_or_before
from router.working_time import after_work, ends_with_the_day, opening, worked

SHARE = 0.75
"""Of its time that has passed when a unit is reminded first."""
REMINDERS = frozenset({Stage.THREE_QUARTERS, Stage.LAST_DAY})
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One stage and when it is reached, in UTC. `step` is how far above the case's unit it is told; what is
    overdue is told to the unit and to the first one above it at once."""

    at: datetime
    stage: Stage
    step: int = 0


def moments(opened_at: datetime, due_at: datetime, *, every: int, above: int) -> tuple[Moment, ...]:
    """All stages of a case between two aware times, in order.

    `above` units stand above its own; each further one is told `every` so many working days after the last.
    """
    early = [
        Moment(at=_three_quarters(opened_at, due_at), stage=Stage.THREE_QUARTERS),
        Moment(at=opening(on_or_before(due_at.astimezone(ISTANBUL).date() - _DAY)), stage=Stage.LAST_DAY),
    ]
    before = sorted((m for m in early if opened_at < m.at < due_at), key=lambda m: m.at)
    return (*before, Moment(at=due_at, stage=Stage.OVERDUE), *_steps(due_at, every, above))


def next_watch(
    found: Sequence[Moment], now: datetime, *, reminded: bool, overdue_told: bool
) -> datetime | None:
    """When a case whose stages are looked at anew must be told of next: the first one that is to come, or is
    over and was not told. None when nobody is left to be told."""
    told = {stage: overdue_told or (reminded and stage in REMINDERS) for stage in Stage}
    return next((m.at for m in found if m.at > now or not told[m.stage]), None)


def reached(found: Sequence[Moment], since: datetime, now: datetime) -> list[Moment]:
    """The stages that are told at `now` of a case that was to be looked at `since`.

    Where several were missed no unit is reminded of what is overdue, and none of two reminders twice.
    """
    passed = [m for m in found if since <= m.at <= now]
    return [m for m in passed if m.stage not in REMINDERS or m is passed[-1]]


def following(found: Sequence[Moment], now: datetime) -> datetime | None:
    """The first moment after `now`, or None."""
    return next((m.at for m in found if m.at > now), None)


def _three_quarters(opened_at: datetime, due_at: datetime) -> datetime:
    """What was promised in days runs in office hours, what was promised in hours around the clock."""
    if not ends_with_the_day(due_at):
        return (opened_at + (due_at - opened_at) * SHARE).astimezone(UTC)
    return after_work(opened_at, worked(opened_at, due_at) * SHARE)


def _steps(due_at: datetime, every: int, above: int) -> Iterator[Moment]:
    local = due_at.astimezone(ISTANBUL)
    for step in range(2, above + 1):
        day = after_working_days(local.date(), (step - 1) * every)
        at = datetime.combine(day, local.time(), ISTANBUL).astimezone(UTC)
        yield Moment(at=at, stage=Stage.ESCALATED, step=step)
