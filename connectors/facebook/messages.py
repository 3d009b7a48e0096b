"""What an item of `messaging` becomes: a message, delivery reports, news of the page's health, an event."""

from collections.abc import Iterator

from connectors.base import HealthEvent
from connectors.facebook.contents import Content, content_of
from connectors.facebook.envelope import Piece, PieceKind
from connectors.facebook.events import KEYS, Event
from connectors.facebook.values import Json, moment, objects_in, text_in
from connectors.json_values import object_in
from domain.errors import UnreadableMessageError
from domain.messages import EDITS, DeliveryReport, InboundMessage
from domain.text import storable
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, Direction, HealthState

SCHEME = "facebook"
Found = InboundMessage | DeliveryReport | HealthEvent | Event
_POLICIES = {"warning": HealthState.DEGRADED, "block": HealthState.DOWN, "unblock": HealthState.OK}


def person(identifier: str) -> Urn | None:
    """The address of somebody known to our page by this page-scoped id, which proves no phone number and is
    joined with none (F6); None when there is none."""
    plain = storable(identifier).strip()
    return Urn(SCHEME, plain) if plain else None


def read_messaging(piece: Piece) -> list[Found]:
    """What the item is. Raises UnreadableMessageError for what nobody knows yet: it can be read again."""
    item = piece.item
    if "message" in item:
        return [_message(piece, item, object_in(item, "message"))]
    if "message_edit" in item:
        return [_edited(piece, item, object_in(item, "message_edit"))]
    if "delivery" in item:
        return list(_delivered(piece, item)) or [Event.DELIVERY]
    if "policy_enforcement" in item:
        return [_policy(item)]
    event = next((event for key, event in KEYS.items() if key in item), None)
    if event is None:
        raise UnreadableMessageError("The item is of a kind that is not known")
    return [event]


def _message(piece: Piece, item: Json, message: Json) -> InboundMessage | Event:
    if message.get("is_echo") or text_in(object_in(item, "sender"), "id") == piece.page:
        return Event.ECHO
    if message.get("is_deleted"):
        return Event.UNSEND
    kinds = {text_in(part, "type") for part in objects_in(message, "attachments")}
    if kinds == {"story_mention"} and not text_in(message, "text"):
        return Event.STORY_MENTION
    identifier, answered = text_in(message, "mid"), object_in(message, "reply_to")
    story = text_in(object_in(answered, "story"), "url")
    notes = {"facebook-story": story, **_referral(message)}
    content, replied = content_of(message), text_in(answered, "mid")
    return _inbound(piece, item, identifier or piece.hash, content, replied, notes)


def _edited(piece: Piece, item: Json, edit: Json) -> InboundMessage:
    """An edit is a delivery of its own that names what it edits; the original stays."""
    mid, text = text_in(edit, "mid"), text_in(edit, "text")
    if not mid or not text:
        raise UnreadableMessageError("The edit names no message or has no text")
    number = text_in(edit, "num_edit") or piece.hash
    return _inbound(piece, item, f"{mid}:edit:{number}", Content(text=text), mid, {EDITS: mid})


def _inbound(
    piece: Piece, item: Json, identifier: str, content: Content, replied: str, notes: dict[str, str]
) -> InboundMessage:
    standby = {"facebook-standby": "yes"} if piece.kind is PieceKind.STANDBY else {}
    headers = {"facebook-type": "message", **notes, **content.notes, **standby}
    ours = person(piece.page)
    return InboundMessage(
        channel=Channel.FACEBOOK,
        external_id=storable(identifier),
        sender=person(text_in(object_in(item, "sender"), "id")),
        recipients=(ours,) if ours else (),
        sent_at=moment(item.get("timestamp")),
        text=storable(content.text),
        attachments=content.attachments,
        place=content.place,
        in_reply_to=storable(replied) or None,
        headers={name: storable(value) for name, value in headers.items() if value},
        raw=piece.raw,
    )


def _referral(message: Json) -> dict[str, str]:
    referral = object_in(message, "referral")
    return {"facebook-referral": text_in(referral, "ref") or text_in(referral, "source")}


def _delivered(piece: Piece, item: Json) -> Iterator[DeliveryReport]:
    """One report for each message that is named; a mere watermark names none."""
    delivery = object_in(item, "delivery")
    mids = delivery.get("mids")
    for mid in mids if isinstance(mids, list) else ():
        if isinstance(mid, str) and mid:
            yield DeliveryReport(
                state=DeliveryState.DELIVERED,
                gateway_id=storable(mid),
                recipient=person(text_in(object_in(item, "sender"), "id")),
                at=moment(delivery.get("watermark")),
                raw=piece.raw,
            )


def _policy(item: Json) -> HealthEvent | Event:
    """Meta warns, blocks or unblocks the page ("messaging_policy_enforcement")."""
    action = text_in(object_in(item, "policy_enforcement"), "action")
    state = _POLICIES.get(action)
    if state is None:
        return Event.POLICY
    return HealthEvent(
        direction=Direction.OUTBOUND,
        state=state,
        subject="policy of the page",
        cause=f"policy enforcement: {action}",
        at=moment(item.get("timestamp")),
    )
