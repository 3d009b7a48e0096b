"""Office hours between two moments: Istanbul's, from 08:30 to closing. Half days are no working time here, as
they are none for the desk's promise."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from config.settings import ISTANBUL
from router.working_days import DAY_ENDS, closing_time, is_working_day

DAY_BEGINS = time(8, 30)
_DAY = timedelta(days=1)


def ends_with_the_day(moment: datetime) -> bool:
    """Whether an aware time is that at which offices close: what was promised in days is due then, and what
    was promised in hours practically never."""
    local = moment.astimezone(ISTANBUL)
    return local.time() == closing_time(local.date())


def opening(day: date) -> datetime:
    """When offices open on a day, in UTC."""
    return datetime.combine(day, DAY_BEGINS, ISTANBUL).astimezone(UTC)


def closing(day: date) -> datetime:
    """When offices close on a day, half days included, in UTC."""
    return datetime.combine(day, closing_time(day), ISTANBUL).astimezone(UTC)


def worked(since: datetime, until: datetime) -> timedelta:
    """How much office time lies between two aware times."""
    spans = _spans(since.astimezone(ISTANBUL).date(), until.astimezone(ISTANBUL).date())
    each = (min(end, until) - max(start, since) for start, end in spans)
    return sum((span for span in each if span > timedelta(0)), timedelta(0))


def after_work(since: datetime, amount: timedelta) -> datetime:
    """The moment, in UTC, at which so much office time has passed since an aware time."""
    for start, end in _spans(since.astimezone(ISTANBUL).date()):
        begun = max(start, since)
        if end > begun and end - begun >= amount:
            return (begun + amount).astimezone(UTC)
        amount -= max(end - begun, timedelta(0))
    raise AssertionError("the calendar has no end")


def _spans(first: date, last: date = date.max) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while day <= last:
        if is_working_day(day):
            yield opening(day), datetime.combine(day, DAY_ENDS, ISTANBUL).astimezone(UTC)
        day += _DAY
