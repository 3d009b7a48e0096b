"""What units should have been told in a simulated month, counted anew by other means than the program's.

A list of every office minute takes the place of its arithmetic. Dates of feasts and holidays are written out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FREE = {"2026-10-28", "2026-10-29"}  # Republic Day and its half day
FIRST = datetime(2026, 9, 28, tzinfo=UTC)
DAYS = [FIRST + timedelta(days=n) for n in range(120)]
WORKING = [d for d in DAYS if d.weekday() < 5 and d.date().isoformat() not in FREE]
MINUTES = [d + timedelta(hours=5, minutes=30 + n) for d in WORKING for n in range(9 * 60)]
"""Istanbul's 08:30 to 17:30 is 05:30 to 14:30 UTC all year."""

Expected = set[tuple[int, str, int, str, datetime]]


@dataclass
class Simulated:
    """A case of the simulation: `line` are the units that hear of it, from its own upwards."""

    opened_at: datetime
    due_at: datetime
    line: list[str]
    in_days: bool
    closed_at: datetime | None = None
    id: int = 0


def due_in_days(opened_at: datetime, count: int) -> datetime:
    """The closing of the so many-th working day after the one it came on; whole minutes, all in UTC+3."""
    local = opened_at + timedelta(hours=3)
    after = [d for d in WORKING if d.date() > local.date()]
    return after[count - 1] + timedelta(hours=14, minutes=30)


def expected(cases: Sequence[Simulated], ticks: Sequence[datetime], every: int) -> Expected:
    """(case, stage, step, unit, at which tick) of all that must have been told."""
    found: Expected = set()
    for case in cases:
        told = [t for t in ticks if case.opened_at <= t and (case.closed_at is None or t < case.closed_at)]
        by_tick: dict[datetime, list[tuple[datetime, str, int]]] = {}
        for moment in _moments(case, every):
            place = bisect_left(told, moment[0])
            if place < len(told):
                by_tick.setdefault(told[place], []).append(moment)
        for tick, moments in by_tick.items():
            late = [m for m in moments if m[1] in ("overdue", "escalated")]
            for _, stage, step in late or [max(moments)]:
                found.add((case.id, stage, step, case.line[step], tick))
    return found


def _moments(case: Simulated, every: int) -> list[tuple[datetime, str, int]]:
    due, opened = case.due_at, case.opened_at
    found = [(due, "overdue", 0), *([(due, "escalated", 1)] if len(case.line) > 1 else [])]
    local = due + timedelta(hours=3)
    for step in range(2, len(case.line)):
        day = [d for d in WORKING if d.date() > local.date()][(step - 1) * every - 1]
        found.append((datetime.combine(day, local.time(), UTC) - timedelta(hours=3), "escalated", step))
    before = [d for d in WORKING if d.date() < local.date()][-1] + timedelta(hours=5, minutes=30)
    early = [(_three_quarters(case), "three_quarters", 0), (before, "last_day", 0)]
    return [*(m for m in early if opened < m[0] < due), *found]


def _three_quarters(case: Simulated) -> datetime:
    if not case.in_days:
        return case.opened_at + (case.due_at - case.opened_at) * 3 / 4
    mine = MINUTES[bisect_left(MINUTES, case.opened_at) : bisect_right(MINUTES, case.due_at)]
    quarters = len(mine) * 3
    whole, rest = divmod(quarters, 4)
    # A share that ends with a minute ends there, not when the next office minute begins.
    at = mine[whole] if rest else mine[whole - 1] + timedelta(minutes=1)
    return at + timedelta(seconds=15 * rest)
