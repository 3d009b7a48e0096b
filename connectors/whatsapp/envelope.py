"""A webhook body of the Cloud API taken apart: every entry, every change, every item in it, each for itself
(W3), and each with an original of its own that reads the same again (W4)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.json_values import as_bytes
from connectors.received_ids import raw_id
from connectors.whatsapp.reading import Json
from domain.errors import UnreadableMessageError
from domain.text import storable

OBJECT = "whatsapp_business_account"
MESSAGES = "messages"


class PieceKind(StrEnum):
    """What a piece of a webhook body is."""

    MESSAGE = "message"
    STATUS = "status"
    NEWS = "news"  # of templates, numbers and accounts
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One item. `value` is what stands around it: the number it is for, the contact it is from. `raw` is the
    smallest body that holds it."""

    kind: PieceKind
    item: Any
    raw: bytes
    value: Json = field(default_factory=dict)
    news: str = ""
    time: Any = None

    @property
    def external_id(self) -> str:
        """A message's own id, or the item's hash: neither changes with the batch it comes in. Other things
        are never known by an id in them: it is their account's, or that of a message of ours."""
        is_message = self.kind is PieceKind.MESSAGE and isinstance(self.item, dict)
        own = self.item.get("id") if is_message else None
        return own if isinstance(own, str) and storable(own) else raw_id(as_bytes(self.item))


def pieces(body: bytes) -> list[Piece]:
    """Every item in a body, in order. Raises UnreadableMessageError when the whole is no such body; what is
    wrong deeper inside becomes a piece that is BROKEN."""
    try:
        whole = json.loads(body)
        if not isinstance(whole, dict) or whole.get("object") != OBJECT:
            raise UnreadableMessageError("The body is no notification of a WhatsApp Business Account")
        entries = whole.get("entry")
        if not isinstance(entries, list):
            raise UnreadableMessageError("The notification has no list of entries")
        return [piece for entry in entries for piece in _of_entry(entry)]
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The body is no JSON") from error


def _of_entry(entry: Any) -> Iterator[Piece]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    if not isinstance(changes, list):
        yield _broken(entry, _body(entry))
        return
    around = {name: entry[name] for name in ("id", "time") if name in entry}
    for change in changes:
        yield from _of_change(around, change)


def _of_change(around: Json, change: Any) -> Iterator[Piece]:
    whole = _body({**around, "changes": [change]})
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict):
        yield _broken(change, whole)
        return
    name = change.get("field")
    if name != MESSAGES:
        yield Piece(kind=PieceKind.NEWS, item=value, raw=whole, news=str(name), time=around.get("time"))
        return
    if not any(key in value for key in (MESSAGES, "statuses", "errors")):
        yield _broken(change, whole)
    for kind, key in ((PieceKind.MESSAGE, MESSAGES), (PieceKind.STATUS, "statuses")):
        items = value.get(key, [])
        if not isinstance(items, list):
            yield _broken(change, whole)
            continue
        for item in items:
            yield _item(kind, key, item, value, around)
    errors = value.get("errors")
    for error in errors if isinstance(errors, list) else ():
        yield Piece(kind=PieceKind.NEWS, item=error, raw=whole, news="errors", time=around.get("time"))


def _item(kind: PieceKind, key: str, item: Any, value: Json, around: Json) -> Piece:
    contact = _contact(item, value.get("contacts"))
    kept = {name: value[name] for name in ("messaging_product", "metadata") if name in value}
    alone = kept | ({"contacts": [contact]} if contact else {})
    body = _body({**around, "changes": [{"field": MESSAGES, "value": {**alone, key: [item]}}]})
    return Piece(kind=kind, item=item, raw=body, value=alone, time=around.get("time"))


def _contact(item: Any, contacts: Any) -> Mapping[str, Any] | None:
    """The contact an item is from: the others of a batch are other people."""
    if not isinstance(item, dict) or not isinstance(contacts, list):
        return None
    known = [contact for contact in contacts if isinstance(contact, dict)]
    given = [item.get(name) for name in ("from", "from_user_id", "recipient_id", "recipient_user_id")]
    ids = [each for each in given if isinstance(each, str) and each]
    if not ids:  # nobody is named: the contact is, if there is one alone
        return known[0] if len(known) == 1 else None
    return next((c for c in known if c.get("wa_id") in ids or c.get("user_id") in ids), None)


def _broken(item: Any, raw: bytes) -> Piece:
    return Piece(kind=PieceKind.BROKEN, item=item, raw=raw)


def _body(entry: Any) -> bytes:
    return as_bytes({"object": OBJECT, "entry": [entry]})
