"""What every parser promises of whatever bytes it is handed (G3, G4)."""

from datetime import datetime

from connectors.registry import CONNECTORS
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.text import storable
from domain.urn import Urn
from domain.vocabulary import Channel


class BrokenPromiseError(AssertionError):
    """A parser gave something that cannot be stored, or not the same twice."""


def hold(channel: Channel, raw: bytes) -> int:
    """Parse an original; returns how many messages it held, 0 for one that is refused as unreadable.

    Raises BrokenPromiseError for a message that could not be stored, and whatever else the parser raised.
    """
    parser = CONNECTORS[channel].parser()
    try:
        messages = list(parser.parse(raw))
    except UnreadableMessageError:
        return 0
    for message in messages:
        _check(channel, message)
    return len(messages)


def _check(channel: Channel, message: InboundMessage) -> None:
    _need(bool(storable(message.external_id)), "a message without an id")
    _need(message.channel == channel, "a message of another channel")
    for text in _texts(message):  # the store takes out what PostgreSQL cannot hold; that must be possible
        _need(isinstance(text, str) and isinstance(storable(text), str), "something that is no text")
    for moment in (message.sent_at, *(report.at for report in message.delivery_reports)):
        _need(moment is None or _aware(moment), "a time without a zone")
    for urn in filter(None, (message.sender, *message.recipients, *message.contacts)):
        _need(Urn.parse(str(urn)) == urn, "an address that is another one when read again")
    for start, end in message.quoted_spans:
        _need(0 <= start <= end <= len(message.text), "a quotation outside the text")
    _check_place(message)


def _check_place(message: InboundMessage) -> None:
    place = message.place
    if place is None or place.latitude is None or place.longitude is None:
        return
    _need(-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180, "a place outside the world")


def _texts(message: InboundMessage) -> list[str]:
    parts = [message.external_id, message.text, message.subject, message.sender_name, message.html]
    parts += [message.in_reply_to, message.external_reference, message.content_key, *message.references]
    parts += [*message.headers.keys(), *message.headers.values()]
    for file in message.attachments:
        parts += [file.name, file.media_type, file.note, file.content_id, file.source]
    return [part for part in parts if part]


def _aware(moment: datetime) -> bool:
    return moment.tzinfo is not None and moment.utcoffset() is not None


def _need(held: bool, otherwise: str) -> None:
    if not held:
        raise BrokenPromiseError(otherwise)
