"""The Message resource of Twilio's REST API, read without trust."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from domain.errors import UnreadableMessageError


def resource_time(item: Mapping[str, Any]) -> datetime | None:
    """When the message came, in UTC, by its resource (RFC 2822); None when that is not said."""
    for name in ("date_sent", "date_created"):
        try:
            moment = parsedate_to_datetime(text_of(item.get(name)))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError, UnreadableMessageError):
            continue
    return None


def text_of(value: Any) -> str:
    """A field of a resource as text, empty for null. Raises UnreadableMessageError for what is no text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableMessageError("A field of the Message resource holds something that is no text")
