"""Values of JSON from outside, read without trust."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.errors import UnreadableMessageError

_MILLISECONDS_FROM = 100_000_000_000


def read_object(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in an original, which is UTF-8. Raises UnreadableMessageError when there is none."""
    try:
        value = json.loads(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The original is no JSON") from error
    if not isinstance(value, dict):
        raise UnreadableMessageError("The original is no JSON object")
    return value


def object_in(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object, empty when missing. Raises UnreadableMessageError for what is none."""
    found = value.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UnreadableMessageError(f"{name} holds something that is no object")
    return found


def epoch_time(value: object) -> datetime | None:
    """A time in UTC from epoch seconds or milliseconds, as a number or written; None for what is none."""
    try:
        seconds = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else math.nan
        return datetime.fromtimestamp(seconds / (1000 if seconds >= _MILLISECONDS_FROM else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def degrees(value: object, limit: float) -> float | None:
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
