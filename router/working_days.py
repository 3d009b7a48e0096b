"""Turkey's working days.

Weekends and the public holidays of law 2429 are no working days. On the eves of the two religious feasts and
of Republic Day offices close at 13:00: such a half day is a working day only where the caller says so.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

import holidays

DAY_ENDS = time(17, 30)
HALF_DAY_ENDS = time(13)
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class _Year:
    full: frozenset[date]
    half: frozenset[date]


@lru_cache(maxsize=64)
def _year(year: int) -> _Year:
    full = holidays.country_holidays("TR", years=year, categories="public")
    half = holidays.country_holidays("TR", years=year, categories="half_day")
    return _Year(full=frozenset(full), half=frozenset(half))


def is_half_day(day: date) -> bool:
    """Whether offices close at 13:00 on a day that would else be a working day."""
    year = _year(day.year)
    return day.weekday() < _SATURDAY and day in year.half and day not in year.full


def is_working_day(day: date, *, half_days: bool = False) -> bool:
    """Whether offices work on a day; a half day is a working day only with `half_days`."""
    if day.weekday() >= _SATURDAY or day in _year(day.year).full:
        return False
    return half_days or not is_half_day(day)


def after_working_days(day: date, count: int, *, half_days: bool = False) -> date:
    """The last of the `count` working days that follow a day; the day itself is not counted."""
    while count > 0:
        day += _DAY
        count -= is_working_day(day, half_days=half_days)
    return day


def on_or_before(day: date, *, half_days: bool = False) -> date:
    """The last working day up to this one; a half day counts only with `half_days`."""
    while not is_working_day(day, half_days=half_days):
        day -= _DAY
    return day


def closing_time(day: date) -> time:
    """When offices close on a working day, Istanbul time."""
    return HALF_DAY_ENDS if is_half_day(day) else DAY_ENDS
