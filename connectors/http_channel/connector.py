"""The account of a system that delivers by signed calls."""

import json
from collections.abc import Sequence
from datetime import timedelta

from connectors.base import ConnectorContext, Received, WebhookReply, WebhookRequest
from connectors.http_channel.items import item_message
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import check_signature
from connectors.json_items import split_list
from connectors.received_ids import raw_id
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.vocabulary import Channel


class HttpParser:
    """Reads what was delivered: one item, or a list of them."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one original. Raises UnreadableMessageError, nothing else."""
        return [item_message(piece) for piece in split_list(raw)]


class HttpChannel(HttpParser):
    """One account."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: HttpSettings = context.settings
        self._now = context.now

    def receive(self, request: WebhookRequest) -> Received:
        """The messages of one call; a bad item is quarantined alone, a body that is no JSON as a whole.

        Raises SignatureRejectedError. The answer says of each item whether it was understood: 200 when all
        were, 422 when not. Everything is stored either way, so sending it again changes nothing.
        """
        window = timedelta(seconds=self._settings.window_seconds)
        check_signature(request, self._settings.keys, now=self._now(), window=window)
        try:
            pieces = split_list(request.body)
        except UnreadableMessageError as error:
            items: list[Accepted] = [_unreadable(request.body, error)]
        else:
            items = [_read(piece) for piece in pieces]
        return Received(items=items, reply=_reply(items))


def _read(piece: bytes) -> Accepted:
    try:
        return item_message(piece)
    except UnreadableMessageError as error:
        return _unreadable(piece, error)


def _unreadable(raw: bytes, error: UnreadableMessageError) -> Unreadable:
    # Not the item's own id: the same id, put right and sent again, must not pass for a repetition.
    return Unreadable(channel=Channel.HTTP, external_id=raw_id(raw), raw=raw, error=str(error))


def _reply(items: Sequence[Accepted]) -> WebhookReply:
    told = [_told(item) for item in items]
    return WebhookReply(
        status=200 if all(each["accepted"] for each in told) else 422,
        body=json.dumps({"items": told}, ensure_ascii=False).encode(),
        media_type="application/json",
    )


def _told(item: Accepted) -> dict[str, object]:
    if isinstance(item, InboundMessage):
        return {"id": item.external_id, "accepted": True}
    return {"id": None, "accepted": False, "error": item.error}
