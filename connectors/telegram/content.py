"""What a citizen said in a message, whatever its kind: words, links, a place."""

from collections.abc import Iterator
from typing import Any

from connectors.telegram.values import Json, child, children, degrees, text
from domain.errors import UnreadableMessageError
from domain.messages import Place
from domain.text import storable

_DEEPEST = 40
_INLINE = ("label", "summary", "text", "expression", "caption", "credit")
_BLOCKS = ("blocks", "items", "cells")


def words(message: Json) -> str:
    """The message's words, one kind of content under the other; empty for a bare file or position.

    Raises UnreadableMessageError when the field that holds them holds something that is no text.
    """
    for name in ("text", "caption"):
        if not isinstance(message.get(name, ""), str):
            raise UnreadableMessageError(f"{name} holds something that is no text")
    said = text(message, "text") or text(message, "caption")
    kinds = (_venue, _contact, _poll, _checklist, _dice, _sticker)
    parts = [said, *(part for kind in kinds for part in kind(message))]
    parts += [_rich(child(message, "rich_message"), 0).strip(), *_hidden_links(message, said)]
    return "\n".join(part for part in parts if part)


def place(message: Json) -> Place | None:
    """The position a message shares, None when it shares none."""
    venue = child(message, "venue")
    position = child(venue, "location") or child(message, "location")
    latitude, longitude = degrees(position, "latitude", 90), degrees(position, "longitude", 180)
    if latitude is None or longitude is None:
        return None
    address = ", ".join(part for part in _venue(message) if part) or None
    return Place(address=address, latitude=latitude, longitude=longitude)


def _hidden_links(message: Json, said: str) -> Iterator[str]:
    # "here" as a link: the address is in the formatting only, and nobody would see it in plain text
    entities = [*children(message, "entities"), *children(message, "caption_entities")]
    links = (text(entity, "url") for entity in entities if entity.get("type") == "text_link")
    yield from dict.fromkeys(link for link in links if link and link not in said)


def _venue(message: Json) -> Iterator[str]:
    venue = child(message, "venue")
    yield from (text(venue, "title"), text(venue, "address"))


def _contact(message: Json) -> Iterator[str]:
    contact = child(message, "contact")
    yield " ".join(part for n in ("first_name", "last_name") if (part := text(contact, n)))
    yield text(contact, "phone_number")


def _poll(message: Json) -> Iterator[str]:
    poll = child(message, "poll")
    yield text(poll, "question")
    yield from (f"- {text(option, 'text')}" for option in children(poll, "options"))


def _checklist(message: Json) -> Iterator[str]:
    checklist = child(message, "checklist")
    yield text(checklist, "title")
    yield from (f"- {text(task, 'text')}" for task in children(checklist, "tasks"))


def _dice(message: Json) -> Iterator[str]:
    yield text(child(message, "dice"), "emoji")


def _sticker(message: Json) -> Iterator[str]:
    yield text(child(message, "sticker"), "emoji")


def _rich(value: Any, depth: int, joint: str = "") -> str:
    """The text in a rich message (Bot API 10.1): blocks, one under the other, of nested formatting."""
    if isinstance(value, str):
        return storable(value)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return joint.join(part for each in value if (part := _rich(each, depth + 1, joint)))
    if not isinstance(value, dict):
        return ""
    inline = [_rich(value.get(name), depth + 1) for name in _INLINE]
    blocks = [_rich(value.get(name), depth + 1, "\n") for name in _BLOCKS]
    return "\n".join(part for part in (*inline, *blocks) if part)
