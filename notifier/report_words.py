"""The words, numbers and dates of monthly reports, in Turkish: from `templates/report.toml` and CLDR."""

import tomllib
from datetime import date, datetime
from functools import cache
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from config.settings import ISTANBUL
from notifier.rendering import SHIPPED

LOCALE = "tr"
NOTHING = "–"
_HOUR, _DAY = 3600.0, 86400.0


@cache
def catalogue() -> dict[str, Any]:
    """Every word of a report by its key."""
    return tomllib.loads((SHIPPED / "report.toml").read_text(encoding="utf-8"))


def say(key: str, **values: object) -> str:
    """A sentence of the catalogue with its fields filled."""
    return str(catalogue()[key]).format(**values)


def number(value: float) -> str:
    """`1.234`; one digit behind the comma where it is no whole number."""
    return format_decimal(value, format="#,##0.#", locale=LOCALE)


def percent(share: float | None) -> str:
    """`%87,5` for 0.875, a dash where there is none."""
    return NOTHING if share is None else format_percent(share, format="%#,##0.0", locale=LOCALE)


def change(before: int, after: int) -> str:
    """By how much a number grew, in percent with its sign; "" where there was nothing to grow from."""
    if not before or before == after:
        return ""
    sign = "+" if after > before else "−"
    return sign + format_percent(abs(after - before) / before, format="%#,##0", locale=LOCALE)


def duration(seconds: float | None) -> str:
    """A time in minutes, hours or, from a day on, days; a dash where there is none."""
    if seconds is None:
        return NOTHING
    if seconds < _HOUR:
        return _span("minutes", str(round(seconds / 60)))
    unit, length = ("hours", _HOUR) if seconds < _DAY else ("days", _DAY)
    return _span(unit, format_decimal(seconds / length, format="#,##0.0", locale=LOCALE))


def month_name(month: date) -> str:
    """`Ekim 2026`."""
    return format_date(month, "LLLL y", locale=LOCALE)


def short_month(month: date) -> str:
    """`Eki 26`, as it fits under a bar."""
    return format_date(month, "LLL yy", locale=LOCALE)


def moment(at: datetime) -> str:
    """`3 Kasım 2026, 07:00` of Istanbul's clock."""
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=ISTANBUL, locale=LOCALE)


def file_name(month: date, unit: str | None) -> str:
    """What a report's files are called, without their ending."""
    return say("file", month=f"{month:%Y-%m}", unit=unit or catalogue()["city_file"])


def share_in_time(row: dict[str, Any]) -> float | None:
    """The share of what was solved that was solved in time, between 0 and 1; None where nothing was."""
    return row["in_time"] / row["solved"] if row["solved"] else None


def _span(unit: str, value: str) -> str:
    return str(catalogue()["span"][unit]).format(number=value)
