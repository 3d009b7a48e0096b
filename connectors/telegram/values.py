"""Reads JSON values without trust: what has another type than documented is as good as absent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.text import storable

Json = Mapping[str, Any]
_EMPTY: Json = {}


def child(value: Json, name: str) -> Json:
    """The object under a name, an empty one when there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else _EMPTY


def children(value: Json, name: str) -> Sequence[Json]:
    """The objects in the list under a name."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text(value: Json, name: str) -> str:
    """The text under a name as it can be stored, empty when there is none."""
    found = value.get(name)
    return storable(found) if isinstance(found, str) else ""


def whole(value: Json, name: str) -> int | None:
    """The integer under a name."""
    found = value.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def degrees(value: Json, name: str, most: float) -> float | None:
    """The number under a name when it lies between -most and most."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if -most <= found <= most else None  # not a number compares with nothing


def moment(value: Json, name: str) -> datetime | None:
    """The Unix time under a name, in UTC."""
    seconds = whole(value, name)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
