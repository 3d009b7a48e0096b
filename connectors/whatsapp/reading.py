"""Careful access to JSON from outside: what is missing is empty, what is of a wrong kind is named."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.errors import UnreadableMessageError

_MILLISECONDS_FROM = 100_000_000_000

Json = Mapping[str, Any]


def text_in(value: Json, name: str) -> str:
    """A text, empty when missing; numbers as they are written. Raises UnreadableMessageError for others."""
    found = value.get(name)
    if found is None:
        return ""
    if isinstance(found, str):
        return found
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    raise UnreadableMessageError(f"{name} holds something that is no text")


def list_in(value: Json, name: str) -> list[Any]:
    """A list, empty when missing. Raises UnreadableMessageError for what is none."""
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise UnreadableMessageError(f"{name} holds something that is no list")
    return found


def objects_in(value: Json, name: str) -> list[Json]:
    """The objects in a list; others in it are passed over."""
    return [each for each in list_in(value, name) if isinstance(each, dict)]


def moment(value: Any) -> datetime | None:
    """A time in UTC from epoch seconds (or milliseconds, which Meta has sent too), None for what is none."""
    try:
        seconds = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else math.nan
        return datetime.fromtimestamp(seconds / (1000 if seconds >= _MILLISECONDS_FROM else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def degrees(value: Any, limit: float) -> float | None:
    """A coordinate within its limit, None for what is none."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= limit else None


def as_bytes(value: Any) -> bytes:
    """A JSON value as it is stored: ASCII, so that even half a surrogate pair comes back as it was."""
    return json.dumps(value).encode("ascii")


def hash_id(raw: bytes) -> str:
    """The id of what has none: its hash, so that a redelivery is recognised."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
