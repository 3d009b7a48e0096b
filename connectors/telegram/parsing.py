"""Understands a stored update by itself: no network, no clock, no database (G3)."""

from collections.abc import Sequence

from connectors.json_values import read_object
from connectors.received_ids import raw_id
from connectors.telegram.updates import POSTS, message_key, update_message
from connectors.telegram.values import Json, child, whole
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.vocabulary import Channel


class TelegramParser:
    """Reads updates, whether Telegram delivered them or was asked for them."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of an update; none in an event. Raises UnreadableMessageError, nothing else."""
        message = update_message(read_object(raw), raw)
        return [message] if message else []


def accepted(raw: bytes) -> Accepted | None:
    """The message of an update, or the update as unreadable; None for an event. Never raises."""
    update: Json = {}
    try:
        update = read_object(raw)
        return update_message(update, raw)
    except UnreadableMessageError as error:
        identifier = _identifier(update) or raw_id(raw)
        return Unreadable(channel=Channel.TELEGRAM, external_id=identifier, raw=raw, error=str(error))


def _identifier(update: Json) -> str | None:
    """The same for every delivery of an update that cannot be read."""
    number = whole(update, "update_id")
    post = next((name for name in POSTS if name in update), "")
    key = None if post.startswith("edited_") else message_key(child(update, post))
    return key or (f"update:{number}" if number is not None else None)
