"""What an item of `messages` becomes: a message, a changed address, or nothing for a named reason."""

from enum import StrEnum

from connectors.base import AddressChange
from connectors.json_values import epoch_time, object_in
from connectors.whatsapp.address import person, whatsapp_urn
from connectors.whatsapp.contents import Content, content_of
from connectors.whatsapp.envelope import Piece
from connectors.whatsapp.reading import Json, objects_in, text_in
from domain.errors import UnreadableMessageError
from domain.messages import EDITS, InboundMessage
from domain.text import storable
from domain.vocabulary import Channel


class Ignored(StrEnum):
    """Why an item is no message to the desk."""

    GROUP = "group"  # said in a group: not to the desk, and before others (W9)
    REACTION = "reaction"
    REVOKED = "revoked"  # taken back: what was stored stays, it is evidence
    OPENED = "opened"  # the chat was opened, nothing was said
    SYSTEM = "system"
    CALL = "call"


_EVENTS = {
    "reaction": Ignored.REACTION,
    "revoke": Ignored.REVOKED,
    "request_welcome": Ignored.OPENED,
}


def read_message(piece: Piece) -> InboundMessage | AddressChange | Ignored:
    """What the item is. Raises UnreadableMessageError."""
    item = piece.item
    if not isinstance(item, dict):
        raise UnreadableMessageError("The message is no object")
    kind = text_in(item, "type")
    if item.get("group_id"):
        return Ignored.GROUP
    if kind in _EVENTS:
        return _EVENTS[kind]
    if kind == "system":
        return _system(item)
    if kind == "interactive" and object_in(item, kind).get("type") == "call_permission_reply":
        return Ignored.CALL
    return _message(piece, item, content_of(item))


def _message(piece: Piece, item: Json, content: Content) -> InboundMessage:
    contact = next(iter(objects_in(piece.value, "contacts")), {})
    number = object_in(piece.value, "metadata")
    sender, contacts = person(
        text_in(item, "from") or text_in(contact, "wa_id"),
        text_in(item, "from_user_id") or text_in(contact, "user_id"),
    )
    ours = whatsapp_urn(text_in(number, "display_phone_number"))
    return InboundMessage(
        channel=Channel.WHATSAPP,
        external_id=storable(piece.external_id),
        sender=sender,
        sender_name=storable(text_in(object_in(contact, "profile"), "name")) or None,
        contacts=contacts,
        recipients=(ours,) if ours else (),
        sent_at=epoch_time(item.get("timestamp")),
        text=storable(content.text),
        attachments=content.attachments,
        place=content.place,
        in_reply_to=content.edits or _answered(item),
        headers=_headers(item, number) | content.notes | ({EDITS: content.edits} if content.edits else {}),
        raw=piece.raw,
    )


def _answered(item: Json) -> str | None:
    return storable(text_in(object_in(item, "context"), "id")) or None


def _headers(item: Json, number: Json) -> dict[str, str]:
    context, referral = object_in(item, "context"), object_in(item, "referral")
    forwarded = context.get("forwarded") or context.get("frequently_forwarded")
    found = {
        "whatsapp-type": text_in(item, "type"),
        "whatsapp-number-id": text_in(number, "phone_number_id"),
        "whatsapp-forwarded": "yes" if forwarded else "",
        "whatsapp-referral": text_in(referral, "source_url"),
    }
    return {name: value for name, value in found.items() if value}


def _system(item: Json) -> AddressChange | Ignored:
    """A new number or user id of somebody (`user_changed_number`, `user_changed_user_id`)."""
    system = object_in(item, "system")
    if text_in(system, "type") == "user_changed_user_id":
        old = text_in(system, "previous_user_id") or text_in(item, "from")
        new = text_in(system, "user_id") or text_in(item, "from_user_id")
    else:
        old = text_in(item, "from") or text_in(system, "customer")
        new = text_in(system, "wa_id") or text_in(system, "new_wa_id")
    before, after = whatsapp_urn(old), whatsapp_urn(new)
    if before is None or after is None or before == after:
        return Ignored.SYSTEM
    return AddressChange(old=before, new=after, at=epoch_time(item.get("timestamp")))
