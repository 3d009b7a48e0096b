"""A webhook body of a page taken apart: every entry, every item of `messaging`, `standby` and `changes`, each
for itself (F1, F3) and each with an original of its own that reads the same again (W4)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.facebook.values import Json
from connectors.json_values import as_bytes
from connectors.received_ids import hashed_id
from domain.errors import UnreadableMessageError

OBJECTS = frozenset({"page", "instagram"})
_DEEPEST = 64


class PieceKind(StrEnum):
    """Which list of an entry an item stands in."""

    MESSAGING = "messaging"
    STANDBY = "standby"  # while another app controls the conversation
    CHANGE = "changes"
    BROKEN = "broken"


_LISTS = (PieceKind.MESSAGING, PieceKind.STANDBY, PieceKind.CHANGE)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One item, the page it is for, and the smallest body that holds it."""

    kind: PieceKind
    page: str
    item: Any
    raw: bytes

    @property
    def hash(self) -> str:
        """An id for what has none of Meta's; it does not change with the batch it comes in."""
        return hashed_id(as_bytes(self.item))


def load(raw: bytes) -> Json:
    """The object in a stored original or a webhook body. Raises UnreadableMessageError."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The body is no JSON") from error
    if not isinstance(value, dict):
        raise UnreadableMessageError("The body is no JSON object")
    if _too_deep(value):
        raise UnreadableMessageError("The body is nested deeper than any of Meta's")
    return value


def _too_deep(value: Any) -> bool:
    """Whether writing the value again might fail where reading it did not."""
    level = [value]
    for _ in range(_DEEPEST):
        inner = [
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, dict | list)
        ]
        level = [each for values in inner for each in values]
        if not level:
            return False
    return True


def pieces(body: Json) -> list[Piece]:
    """Every item in a body, in order. Raises UnreadableMessageError when the whole is no notification; what
    is wrong deeper inside becomes a piece that is BROKEN."""
    name, entries = body.get("object"), body.get("entry")
    if not isinstance(name, str) or name not in OBJECTS:
        raise UnreadableMessageError("The body is no notification of a page")
    if not isinstance(entries, list):
        raise UnreadableMessageError("The notification has no list of entries")
    return [piece for entry in entries for piece in _of_entry(name, entry)]


def _of_entry(name: str, entry: Any) -> Iterator[Piece]:
    page = entry.get("id") if isinstance(entry, dict) else None
    lists = [kind for kind in _LISTS if isinstance(entry, dict) and kind.value in entry]
    if not isinstance(page, str) or not lists:
        yield _piece(PieceKind.BROKEN, page, entry, name, entry)
        return
    around = {key: entry[key] for key in ("id", "time") if key in entry}
    for kind in lists:
        items = entry[kind.value]
        if not isinstance(items, list):
            yield _piece(PieceKind.BROKEN, page, items, name, {**around, kind.value: items})
            continue
        for item in items:
            alone = {**around, kind.value: [item]}
            yield _piece(kind if isinstance(item, dict) else PieceKind.BROKEN, page, item, name, alone)


def _piece(kind: PieceKind, page: Any, item: Any, name: str, entry: Any) -> Piece:
    raw = as_bytes({"object": name, "entry": [entry]})
    return Piece(kind=kind, page=page if isinstance(page, str) else "", item=item, raw=raw)
