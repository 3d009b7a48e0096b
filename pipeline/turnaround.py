"""Each night it is measured how long topics really take; citizens are told by that instead of the promise."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import accumulate

from config.local_time import next_at
from config.settings import ISTANBUL
from domain.expectation import Expected
from pipeline.desk import Desk
from pipeline.sweeps import take_round
from router.expectation import expected
from router.working_days import is_working_day
from store.unit_of_work import UnitOfWork

SHARE = 0.8
"""Four of five citizens hear earlier than they were told. A median would disappoint every other one."""
NIGHT_HOUR = 3
LONGEST = timedelta(days=366)
"""How far back working days are counted: what was open for longer is far beyond any promise anyway."""
_SWEEP = "sweep:turnaround"


def measure_turnaround(desk: Desk) -> None:
    """Measure all topics: once a night, by one of the clocks, and at the first tick of a new desk.

    After a failure the next night tries again, and until then the last measure holds.
    """
    now, settings = desk.now(), desk.settings
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, next_at(NIGHT_HOUR, now) - now):
            return
        uow.commit()
        since = now - timedelta(days=settings.turnaround_days)
        counted = _counted(since - LONGEST, now)
        uow.turnarounds.measure(counted, since, now, share=SHARE, least=settings.turnaround_least)
        uow.commit()


def expected_of(uow: UnitOfWork, ids: Collection[int], now: datetime) -> dict[int, Expected]:
    """By when each of these cases is expected to be closed, as its citizen may be told at `now` (aware)."""
    return {case_id: expected(case, now) for case_id, case in uow.turnarounds.running(ids).items()}


def _counted(since: datetime, until: datetime) -> dict[date, int]:
    """Each day in Istanbul, and how many working days there were up to it."""
    first, last = since.astimezone(ISTANBUL).date(), until.astimezone(ISTANBUL).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return dict(zip(days, accumulate(int(is_working_day(day)) for day in days), strict=True))
