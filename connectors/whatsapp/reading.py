"""Careful access to JSON from outside: what is missing is empty, what is of a wrong kind is named."""

from collections.abc import Mapping
from typing import Any

from domain.errors import UnreadableMessageError

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
