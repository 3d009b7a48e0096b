"""What one delivered item says in the desk's terms."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from connectors.http_channel.model import Item, Sender, Where
from connectors.json_items import load_object
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Place
from domain.text import storable
from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Channel

_TURKISH_TIME = ZoneInfo("Europe/Istanbul")
_MOST_FAULTS = 5


def item_message(raw: bytes) -> InboundMessage:
    """The message in an item's bytes. Raises UnreadableMessageError that names the fields at fault."""
    value, charset = load_object(raw)
    try:
        item = Item.model_validate(value)
    except ValidationError as error:
        raise UnreadableMessageError(_faults(error)) from None
    sender = item.sender or Sender()
    found = [urn for urn in (phone_urn(sender.phone), mail_urn(sender.email)) if urn]
    return InboundMessage(
        channel=Channel.HTTP,
        external_id=item.id,
        text=item.text,
        raw=raw,
        sender=found[0] if found else None,
        contacts=tuple(found[1:]),
        sender_name=_given(sender.name),
        sent_at=_in_utc(item.sent_at),
        subject=_given(item.subject),
        attachments=tuple(file.attachment for file in item.attachments or ()),
        place=_place(item.place),
        external_reference=_given(item.reference),
        hide_identity=item.hide_identity,
        charset=charset,
        headers=_not_understood(sender, found),
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    """A time without an offset is Turkish time."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=_TURKISH_TIME)).astimezone(UTC)
    except OverflowError:
        return None


def _place(where: Where | None) -> Place | None:
    if where is None or where == Where():
        return None
    return Place(
        district=_given(where.district),
        neighbourhood=_given(where.neighbourhood),
        address=_given(where.address),
        latitude=where.latitude,
        longitude=where.longitude,
    )


def _not_understood(sender: Sender, found: list[Urn]) -> dict[str, str]:
    """Addresses that are none, such as an extension: kept for people to read."""
    schemes = {urn.scheme for urn in found}
    given = {"sender_phone": (sender.phone, "tel"), "sender_email": (sender.email, "mailto")}
    return {
        name: text.strip() for name, (text, scheme) in given.items() if text.strip() and scheme not in schemes
    }


def _given(text: str | None) -> str | None:
    return (text or "").strip() or None


def _faults(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False)[:_MOST_FAULTS]
    named = [(".".join(map(str, fault["loc"])) or "item", fault["msg"]) for fault in faults]
    return "; ".join(f"{storable(where)[:80]}: {said}" for where, said in named)
