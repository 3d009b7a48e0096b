"""Months of Istanbul's calendar. A month is the date of its first day."""

import re
from datetime import UTC, date, datetime, time

from config.settings import ISTANBUL

_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def read_month(text: str) -> date | None:
    """The month that is written as `2026-10`, or None where that is none."""
    found = _WRITTEN.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def shifted(month: date, months: int) -> date:
    """The month so many months later; earlier where that is negative."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def began(month: date) -> datetime:
    """When the month begins, in aware UTC."""
    return datetime.combine(month, time(), ISTANBUL).astimezone(UTC)


def month_of(moment: datetime) -> date:
    """The month that an aware time lies in."""
    return moment.astimezone(ISTANBUL).date().replace(day=1)


def bounds(month: date, earlier: int) -> list[datetime]:
    """The ends of a month and of so many before it, oldest first, in aware UTC: two more than `earlier`."""
    return [began(shifted(month, step)) for step in range(-earlier, 2)]


def months_through(month: date, earlier: int) -> list[date]:
    """The month and so many before it, oldest first."""
    return [shifted(month, step) for step in range(-earlier, 1)]
