"""Turkey's office days from a hand-written list, reckoned by numpy's business days: no code of the program's.

Istanbul is three hours ahead of UTC all year; offices work from 05:30 to 14:30 UTC, until 10:00 on half days.
"""

import numpy as np
import pandas as pd

FEASTS = [
    "2025-01-01", "2025-04-23", "2025-05-01", "2025-05-19", "2025-07-15", "2025-08-30", "2025-10-29",
    "2025-03-30", "2025-03-31", "2025-04-01", "2025-06-06", "2025-06-07", "2025-06-08", "2025-06-09",
    "2026-01-01", "2026-04-23", "2026-05-01", "2026-05-19", "2026-07-15", "2026-08-30", "2026-10-29",
    "2026-03-20", "2026-03-21", "2026-03-22", "2026-05-27", "2026-05-28", "2026-05-29", "2026-05-30",
    "2027-01-01",
]  # fmt: skip
HALVES = ["2025-10-28", "2025-06-05", "2025-03-29", "2026-10-28", "2026-03-19", "2026-05-26"]
_WHOLE = np.busdaycalendar(holidays=np.array([*FEASTS, *HALVES], "datetime64[D]"))
_LEGAL = np.busdaycalendar(holidays=np.array(FEASTS, "datetime64[D]"))
OPENS, CLOSES, HALF_CLOSES = (pd.Timedelta(f"{hours}h") for hours in (5.5, 14.5, 10))
ISTANBUL = pd.Timedelta("3h")


def day(at: pd.Timestamp) -> np.datetime64:
    """The day in Istanbul."""
    return np.datetime64((at + ISTANBUL).date())


def closing(on: np.datetime64) -> pd.Timestamp:
    """When offices close on a day."""
    half = str(on) in HALVES
    return pd.Timestamp(on, tz="UTC") + (HALF_CLOSES if half else CLOSES)


def days_after(on: np.datetime64, count: int, *, legal: bool = False) -> np.datetime64:
    """The last of so many working days after a day; the law counts half days."""
    return np.busday_offset(on, count, roll="backward", busdaycal=_LEGAL if legal else _WHOLE)


def up_to(on: np.datetime64, *, legal: bool = False) -> np.datetime64:
    """The last working day not after a day."""
    return np.busday_offset(on, 0, roll="backward", busdaycal=_LEGAL if legal else _WHOLE)


def closed_between(since: pd.Timestamp, until: pd.Timestamp, *, legal: bool = False) -> int:
    """How many working days closed after one time and not after the other."""
    days = np.arange(day(since), day(until) + 1)
    work = days[np.is_busday(days, busdaycal=_LEGAL if legal else _WHOLE)]
    return sum(since < closing(each) <= until for each in work)


def office_time(since: pd.Timestamp, until: pd.Timestamp) -> pd.Timedelta:
    """How much office time lies between two times."""
    return _worked_until(until) - _worked_until(since)


def after_office_time(since: pd.Timestamp, amount: pd.Timedelta) -> pd.Timestamp:
    """When so much office time has passed; a share that ends with a day ends there."""
    total = _worked_until(since) + amount
    whole, rest = divmod(total, CLOSES - OPENS)
    if not rest:
        whole, rest = whole - 1, CLOSES - OPENS
    on = np.busday_offset(_EPOCH, whole, roll="forward", busdaycal=_WHOLE)
    return pd.Timestamp(on, tz="UTC") + OPENS + rest


_EPOCH = np.datetime64("2025-01-02")


def _worked_until(at: pd.Timestamp) -> pd.Timedelta:
    """Office time since the beginning of 2025."""
    on = day(at)
    full = (CLOSES - OPENS) * int(np.busday_count(_EPOCH, on, busdaycal=_WHOLE))
    if not np.is_busday(on, busdaycal=_WHOLE):
        return full
    today = at - (pd.Timestamp(on, tz="UTC") + OPENS)
    return full + min(max(today, pd.Timedelta(0)), CLOSES - OPENS)
