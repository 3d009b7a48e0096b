"""What units and citizens should have heard in a made-up year, counted from the rules of docs/deadlines.md.

Days are reckoned by `year_calendar`, everything else by hand: by none of the program's own code.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from domain.decisions import Unit
from tests.pipeline.year_calendar import (
    ISTANBUL,
    OPENS,
    after_office_time,
    closed_between,
    closing,
    day,
    days_after,
    office_time,
    up_to,
)
from tests.pipeline.year_cases import Step, YearCase

DESK = "beyaz-masa"
SHUT = ("resolved", "rejected")
TWO_DAYS = pd.Timedelta("48h")


@dataclass(frozen=True)
class Phase:
    """How a case stands from a time on."""

    start: pd.Timestamp
    state: str
    unit: str
    promised: pd.Timestamp
    legal: pd.Timestamp
    paused: str = ""

    @property
    def due(self) -> pd.Timestamp:
        return min(self.promised, self.legal)

    @property
    def runs(self) -> bool:
        return self.state not in SHUT and not self.paused


class Told(NamedTuple):
    """That a unit is told of a stage of a due time at a tick."""

    case: int
    stage: str
    step: int
    unit: str
    due: pd.Timestamp
    tick: pd.Timestamp


class Moment(NamedTuple):
    at: pd.Timestamp
    stage: str
    step: int


def first_times(case: YearCase) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The desk's promise and the law's ceiling of a case that has just come."""
    opened, (hours, days) = pd.Timestamp(case.opened_at), case.promise
    promised = opened + pd.Timedelta(hours=hours) if hours else closing(days_after(day(opened), days))
    last = up_to(day(opened) + 30, legal=True)
    if case.kind == "information":
        last = min(last, days_after(day(opened), 15, legal=True))
    return promised, closing(last)


def phases_of(case: YearCase, refused: Counter[str]) -> list[Phase]:
    """What a case went through; steps that the law leaves no room for are counted and change nothing."""
    opened = pd.Timestamp(case.opened_at)
    state = "in_review" if case.in_review else "assigned"
    found = [Phase(opened, state, case.unit, *first_times(case))]
    for step in case.steps[1:]:
        found.append(_after(case, found[-1], step, refused))
    return found


def _after(case: YearCase, was: Phase, step: Step, refused: Counter[str]) -> Phase:
    at = pd.Timestamp(step.at)
    now = replace(was, start=at)
    match step.what:
        case "routed" | "passed":
            return replace(now, state="assigned", unit=step.value or was.unit)
        case "closed" | "reopened":
            return replace(now, state=step.value or "reopened")
        case "paused":
            return replace(now, paused=step.value)
        case "resumed":
            legal = was.legal
            if was.paused == "fee":
                legal = _moved(legal, was.start, at, legal=True)
            return replace(now, promised=_moved(was.promised, was.start, at), legal=legal, paused="")
        case _:
            return _extended(case, now, step.value, refused)


def _moved(
    due: pd.Timestamp, since: pd.Timestamp, until: pd.Timestamp, *, legal: bool = False
) -> pd.Timestamp:
    if due <= since:
        return due
    if due != closing(day(due)):
        return due + (until - since)
    count = closed_between(since, until, legal=legal)
    return closing(days_after(day(due), count, legal=legal)) if count else due


def _extended(case: YearCase, now: Phase, days: int, refused: Counter[str]) -> Phase:
    if case.kind == "information":
        if now.start >= now.legal:
            refused["too_late"] += 1
            return now
        legal = closing(days_after(day(now.legal), days, legal=True))
        return replace(now, promised=closing(days_after(day(now.promised), days)), legal=legal)
    promised = min(closing(days_after(day(now.promised), days)), now.legal)
    if promised <= now.promised:
        refused["no_room"] += 1
        return now
    return replace(now, promised=promised)


def line_of(unit: str, units: Mapping[str, Unit]) -> list[str]:
    """Who hears of a unit's cases, from itself upwards; whoever has no address is passed over."""
    own = unit if units[unit].emails else DESK
    above, each = [], units[unit].parent
    while each:
        above += [each] if units[each].emails and each != own else []
        each = units[each].parent
    return [own, *(above or ([DESK] if own != DESK else []))]


def moments_of(opened: pd.Timestamp, due: pd.Timestamp, above: int, every: int) -> list[Moment]:
    """Every stage of a due time, in order; the first one above hears with the unit."""
    if due == closing(day(due)):
        quarter = after_office_time(opened, office_time(opened, due) * 3 / 4)
    else:
        quarter = opened + (due - opened) * 3 / 4
    morning = pd.Timestamp(up_to(day(due) - 1), tz="UTC") + OPENS
    early = [Moment(quarter, "three_quarters", 0), Moment(morning, "last_day", 0)]
    found = sorted(m for m in early if opened < m.at < due)
    clock = due + ISTANBUL - pd.Timestamp(day(due), tz="UTC")
    later = [
        Moment(
            pd.Timestamp(days_after(day(due), (n - 1) * every), tz="UTC") + clock - ISTANBUL, "escalated", n
        )
        for n in range(2, above + 1)
    ]
    return [*found, Moment(due, "overdue", 0), *later]


class Recount:
    """Walks through a year tick by tick where something can happen to a case."""

    def __init__(self, ticks: Iterable[datetime], units: Mapping[str, Unit], every: int) -> None:
        self._ticks, self._every = pd.DatetimeIndex([pd.Timestamp(tick) for tick in ticks]), every
        self._lines = {code: line_of(code, units) for code in units}

    def told(self, case: YearCase, phases: Sequence[Phase]) -> Iterator[Told]:
        """What units hear of a case."""
        watch, planned, said = None, None, set[bool]()
        for phase, first, end in self._looks(phases):
            if phase.paused:
                watch, planned = None, None
            if not phase.runs or first >= end:
                continue
            line = self._lines[DESK if phase.state == "in_review" else phase.unit]
            stages = moments_of(phases[0].start, phase.due, len(line) - 1, self._every)
            if planned != phase.due:
                planned = phase.due
                watch = next((m.at for m in stages if m.at > self._ticks[first] or not _known(m, said)), None)
            while watch is not None and (look := max(first, self._tick(watch))) < end:
                tick = self._ticks[look]
                passed = [m for m in stages if watch <= m.at <= tick]
                kept = [m for m in passed if _over(m) or m is passed[-1]]
                for moment in kept:
                    yield Told(case.id, moment.stage, moment.step, line[moment.step], phase.due, tick)
                    if moment.stage == "overdue" and len(line) > 1:
                        yield Told(case.id, "escalated", 1, line[1], phase.due, tick)
                if kept:
                    said.add(any(map(_over, kept)))
                watch = next((m.at for m in stages if m.at > tick), None)
                first = look + 1

    def in_work(self, case: YearCase, phases: Sequence[Phase]) -> pd.Timestamp | None:
        """When a citizen hears that their case is in work: at the first tick after 48 hours it is so."""
        for phase, first, end in self._looks(phases):
            look = max(first, self._tick(phases[0].start + TWO_DAYS))
            fits = phase.state == "assigned" and phase.runs and phase.unit != DESK and case.kind != "thanks"
            if fits and look < end:
                return self._ticks[look]
        return None

    def _looks(self, phases: Sequence[Phase]) -> Iterator[tuple[Phase, int, int]]:
        starts = [self._tick(phase.start) for phase in phases]
        yield from zip(phases, starts, [*starts[1:], len(self._ticks)], strict=True)

    def _tick(self, at: pd.Timestamp) -> int:
        """The first tick that is not before a time."""
        return int(self._ticks.searchsorted(at))


def _known(moment: Moment, said: set[bool]) -> bool:
    """Whether a unit need not hear of what is past: it heard as much, or that the case is overdue."""
    return True in said or (False in said and not _over(moment))


def _over(moment: Moment) -> bool:
    return moment.stage in ("overdue", "escalated")
