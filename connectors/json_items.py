"""JSON that others post to us, read without trust and one item at a time: a bad item harms no other (W4)."""

import json
from typing import Any

from domain.errors import UnreadableMessageError

_DECODER = json.JSONDecoder(strict=False)  # line ends that a gateway forgot to escape
_BLANK = " \t\r\n"


def split_list(raw: bytes) -> list[bytes]:
    """The items of a JSON list as the bytes they came in; a lone value counts as a list of one.

    Raises UnreadableMessageError when the whole is no JSON, or when something follows its end: that could
    be one more message.
    """
    text = raw.decode("utf-8-sig", "surrogateescape").strip(_BLANK)
    try:
        pieces, end = _pieces(text) if text.startswith("[") else _lone(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The body is no JSON") from error
    if end != len(text):
        raise UnreadableMessageError("Something follows the end of the JSON")
    return [piece.encode("utf-8", "surrogateescape") for piece in pieces]


def member(raw: bytes, name: str) -> bytes | None:
    """The value of an object's member as the bytes it came in; None when it is no object or has no such
    member. Raises UnreadableMessageError for what is no JSON."""
    text = raw.decode("utf-8-sig", "surrogateescape").strip(_BLANK)
    if not text.startswith("{"):
        return None
    try:
        found = _members(text).get(name)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The body is no JSON") from error
    return None if found is None else found.encode("utf-8", "surrogateescape")


def load_object(item: bytes) -> tuple[dict[str, Any], str]:
    """The object in an item's bytes and the charset it was read by. JSON is UTF-8; windows-1254 is tried for
    a sender that forgot (E10). Raises UnreadableMessageError when it is no object."""
    try:
        text, charset = item.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, charset = item.decode("windows-1254", "replace"), "windows-1254"
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The item is no JSON") from error
    if not isinstance(value, dict):
        raise UnreadableMessageError("The item is no JSON object")
    return value, charset


def _lone(text: str) -> tuple[list[str], int]:
    end = _end_of_value(text, 0)
    return [text[:end]], end


def _pieces(text: str) -> tuple[list[str], int]:
    pieces: list[str] = []
    position = _skip_blank(text, 1)
    while text[position : position + 1] != "]":
        end = _end_of_value(text, position)
        pieces.append(text[position:end])
        position = _skip_blank(text, end)
        if text[position : position + 1] == ",":
            position = _skip_blank(text, position + 1)
        elif text[position : position + 1] != "]":
            raise ValueError("neither a comma nor the end of the list")
    return pieces, position + 1


def _members(text: str) -> dict[str, str]:
    members: dict[str, str] = {}
    position = _skip_blank(text, 1)
    while text[position : position + 1] != "}":
        name, position = _DECODER.raw_decode(text, position)
        position = _skip_blank(text, position)
        if not isinstance(name, str) or text[position : position + 1] != ":":
            raise ValueError("no name of a member")
        position = _skip_blank(text, position + 1)
        end = _end_of_value(text, position)
        members[name] = text[position:end]
        position = _skip_blank(text, end)
        if text[position : position + 1] == ",":
            position = _skip_blank(text, position + 1)
        elif text[position : position + 1] != "}":
            raise ValueError("neither a comma nor the end of the object")
    return members


def _end_of_value(text: str, position: int) -> int:
    return _DECODER.raw_decode(text, position)[1]


def _skip_blank(text: str, position: int) -> int:
    while text[position : position + 1] and text[position] in _BLANK:
        position += 1
    return position
