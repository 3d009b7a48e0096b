"""Calendar parts as lines a person can read (iCalendar, RFC 5545)."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connectors.email.limits import MAX_CALENDAR, MAX_EVENTS
from domain.text import storable

_ISTANBUL = ZoneInfo("Europe/Istanbul")
_LONGEST = 300


def calendar_lines(data: bytes) -> str:
    """One line an event: what, when in Istanbul time, where. Empty when the part cannot be read."""
    from icalendar import Calendar  # half a second to import, and few mails have one

    lines: list[str] = []
    with suppress(Exception):  # it raises errors of many kinds on what it cannot read
        for calendar in Calendar.from_ical(data[:MAX_CALENDAR], multiple=True):
            lines += [_line(event) for event in calendar.walk("VEVENT")[:MAX_EVENTS]]
    return storable("\n".join(line for line in lines if line))


def _line(event: object) -> str:
    fields = [_value(event, "summary"), _period(event), _value(event, "location")]
    return ", ".join(field for field in fields if field)


def _value(event: object, name: str) -> str:
    value = event.get(name) if hasattr(event, "get") else None
    return re.sub(r"\s+", " ", str(value)).strip()[:_LONGEST] if value else ""


def _period(event: object) -> str:
    start, end = (_moment(event, name) for name in ("dtstart", "dtend"))
    if start and end and start[:10] == end[:10]:
        end = end[11:]
    return " – ".join(moment for moment in (start, end) if moment)


def _moment(event: object, name: str) -> str:
    value = getattr(event.get(name), "dt", None) if hasattr(event, "get") else None
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=_ISTANBUL)
        return aware.astimezone(UTC).astimezone(_ISTANBUL).strftime("%d.%m.%Y %H:%M")
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else ""
