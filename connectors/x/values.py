"""Reads X's JSON without trust, in both spellings X uses: `tweet` is becoming `post`."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.text import storable

Json = Mapping[str, Any]
_EMPTY: Json = {}
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""What the time in an id counts from."""
_LONGEST_ID = 19


def child(value: Json, *names: str) -> Json:
    """The object under the first of these names that holds one, else an empty one."""
    return next((found for name in names if isinstance(found := value.get(name), dict)), _EMPTY)


def listed(value: Json, *names: str) -> Sequence[Any]:
    """The list under the first of these names that holds one, else an empty one."""
    return next((found for name in names if isinstance(found := value.get(name), list)), ())


def children(value: Json, *names: str) -> Sequence[Json]:
    """The objects in that list."""
    return [each for each in listed(value, *names) if isinstance(each, dict)]


def text(value: Json, name: str) -> str:
    """The text under a name as it can be stored, empty when there is none."""
    found = value.get(name)
    return storable(found) if isinstance(found, str) else ""


def identifier(value: Any) -> str:
    """An id of X's: digits, which come as text or, from older clients, as a number. Empty for all else."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    good = isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) <= _LONGEST_ID
    return found if good and isinstance(found, str) else ""


def ident(value: Json, *names: str) -> str:
    """The id under the first of these names that holds one, else empty."""
    return next((found for name in names if (found := identifier(value.get(name)))), "")


def finite(found: Any) -> float | None:
    """The value as a finite number, None when it is none."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def moment(value: Json) -> datetime | None:
    """When an object was created, in UTC: `created_at` (RFC 3339), `created_timestamp` (milliseconds), else
    the time its id holds."""
    try:
        return datetime.fromisoformat(text(value, "created_at")).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    stamp = ident(value, "created_timestamp")
    try:
        return datetime.fromtimestamp(int(stamp) / 1000, UTC) if stamp else id_time(ident(value, "id"))
    except (ValueError, OverflowError, OSError):
        return None


def id_time(given: str) -> datetime | None:
    """When an id was made, in UTC: its upper 42 bits are milliseconds ("X IDs", docs.x.com)."""
    return _EPOCH + timedelta(milliseconds=int(given) >> 22) if given else None


def id_at(when: datetime) -> int:
    """The lowest id that may be made at an aware moment."""
    return max(int((when - _EPOCH) / timedelta(milliseconds=1)), 1) << 22
