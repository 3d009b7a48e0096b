"""Careful access to JSON from Meta: what is missing is empty, what is of a wrong kind is named."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.json_values import degrees, epoch_time
from domain.errors import UnreadableMessageError
from domain.messages import Place
from domain.text import storable

Json = Mapping[str, Any]


def text_in(value: Json, name: str) -> str:
    """A text as it can be stored, empty when missing; numbers as they are written.

    Raises UnreadableMessageError for others.
    """
    found = value.get(name)
    if found is None:
        return ""
    if isinstance(found, str):
        return storable(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    raise UnreadableMessageError(f"{name} holds something that is no text")


def objects_in(value: Json, name: str) -> list[Json]:
    """The objects of a list, empty when missing. Raises UnreadableMessageError for anything else."""
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UnreadableMessageError(f"{name} holds something that is no list of objects")
    return found


def moment(value: Any) -> datetime | None:
    """A time in UTC from ISO 8601, epoch seconds or milliseconds: Meta sends all three. None for none."""
    if isinstance(value, str) and not value.isdecimal():
        return _iso(value)
    return epoch_time(value)


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def place_at(latitude: object, longitude: object, address: str) -> Place | None:
    """The place with these WGS 84 degrees, None when they are none."""
    north, east = degrees(latitude, 90), degrees(longitude, 180)
    if north is None or east is None:
        return None
    return Place(latitude=north, longitude=east, address=address or None)
