"""The Telegram channel: one bot, long polling with our own offset or a webhook, files, sending."""

import json
from collections.abc import Iterable, Iterator
from threading import Event
from typing import Any

from connectors.base import Batch, ConnectorContext, OutboundText, Received, WebhookReply, WebhookRequest
from connectors.telegram.api import PAGE, TelegramApi
from connectors.telegram.cursor import Mark
from connectors.telegram.parsing import TelegramParser, accepted
from connectors.telegram.pieces import pieces
from connectors.telegram.refusals import PolledElsewhereError
from connectors.telegram.settings import TelegramSettings
from connectors.telegram.updates import CHAT_TYPE, SCHEME
from connectors.telegram.values import text, whole
from connectors.telegram.webhook import check_call, foreign, undelivered
from domain.errors import (
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
)
from domain.messages import Accepted, InboundMessage

LONGEST_POLL = 50
"""Seconds; Telegram answers a long poll by then."""
_PROBE = 10
"""Seconds a poll lasts while another program may be polling: that it is gone shows in peace alone."""
_OK = WebhookReply(status=200)


class TelegramConnector(TelegramParser):
    """One bot. Reading belongs to one thread, sending and fetching may be done by several."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: TelegramSettings = context.settings
        self._context = context
        self._api = TelegramApi(self._settings, context.now)
        self._closing = Event()
        self._offset: int | None = None
        self._conflict: DeskError | None = None
        self._faults = 0
        self._registered = False

    def receive(self, request: WebhookRequest) -> Received:
        """The message of one update, none of an event. Raises SignatureRejectedError."""
        check_call(request, self._settings)
        return Received(items=list(self._wanted([request.body])), reply=_OK)

    def poll(self, cursor: str) -> Batch:
        """Up to a hundred updates from the cursor on. A bot with a webhook is looked after instead: the
        webhook is set, and how many updates wait for it is the backlog. Raises a DeskError.

        What Telegram hands over stays with it until the next call, which is made after the commit (T2).
        """
        if self._settings.mode == "webhook":
            return self._watched(cursor)
        now = self._context.now()
        mark = Mark.read(cursor, bot=self._settings.bot_id, now=now)
        updates = self._asked(mark.offset, _PROBE if self._conflict else 0, PAGE)
        if not updates:
            self._conflict = None
        after = mark.beyond(updates, now)
        self._offset = after.offset
        return Batch(
            items=list(self._wanted(json.dumps(update).encode("ascii") for update in updates)),
            cursor=after.write(),
            more=len(updates) >= PAGE and after.offset != mark.offset,
            trouble=self._conflict or mark.trouble(now),
        )

    def wait(self, seconds: float) -> None:
        """Return when an update has come, at the latest after the given seconds (a long poll lasts 50).

        Never raises: what is wrong the next poll says, which is made after an ever longer pause.
        """
        if self._settings.mode == "webhook":
            self._closing.wait(min(seconds, LONGEST_POLL))
            return
        if self._conflict:
            return  # the next poll is a probe that waits by itself
        try:
            self._asked(self._offset, int(min(seconds, LONGEST_POLL)), 1)
            self._faults = 0
        except DeskError:
            self._faults += 1
            self._closing.wait(min(seconds, 2.0 ** min(self._faults, 10) - 2, LONGEST_POLL))

    def send(self, message: OutboundText) -> str:
        """The id of the sent message, as a reply to it will name it. Raises a DeskError. A call that breaks
        off may have been taken: at least once. A long text leaves in pieces and has the id of the first."""
        chat = _chat(message)
        parts = pieces(message.text)
        if not parts:
            raise PermanentError("The text is empty")
        sent = []
        for part in parts:
            chat, number = self._api.send(chat, part)
            sent.append(f"{chat}:{number}")
        return sent[0]

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file that a message names. Raises a DeskError."""
        return self._api.download(source, max_bytes)

    def check(self) -> None:
        """Return when the token is good and updates can come. Raises a DeskError that says what to fix."""
        if whole(self._api.me(), "id") != self._settings.bot_id:
            raise NotConfiguredError("The base URL answers for another bot")
        info = self._api.webhook_info()
        if self._settings.mode == "polling" and text(info, "url"):
            raise NotConfiguredError("A webhook is set for this bot: delete it, or choose the mode webhook")
        if trouble := foreign(info, self._context.public_url) or undelivered(info, self._context.now()):
            raise trouble

    def close(self) -> None:
        """End waiting and running calls, drop connections. Never raises."""
        self._closing.set()
        self._api.close()
        self._closing = Event()

    def _wanted(self, originals: Iterable[bytes]) -> Iterator[Accepted]:
        """What these updates bring, groups and channels only where they are asked for."""
        refused = {"group", "supergroup"} if not self._settings.groups else set()
        refused |= {"channel"} if not self._settings.channels else set()
        for raw in originals:
            item = accepted(raw)
            strange = isinstance(item, InboundMessage) and item.headers.get(CHAT_TYPE) in refused
            if item is not None and not strange:
                yield item

    def _asked(self, offset: int | None, seconds: int, limit: int) -> list[Any]:
        try:
            return list(self._api.updates(offset, seconds, limit=limit))
        except PolledElsewhereError as error:
            self._conflict = error
            raise

    def _watched(self, cursor: str) -> Batch:
        info, url = self._api.webhook_info(), self._context.public_url
        if trouble := foreign(info, url):
            raise trouble
        if not self._registered or not text(info, "url"):
            self._api.set_webhook(url)
            self._registered = True
        if trouble := undelivered(info, self._context.now()):
            raise trouble
        return Batch(items=(), cursor=cursor, backlog=whole(info, "pending_update_count"))


def _chat(message: OutboundText) -> int:
    try:
        if message.recipient.scheme == SCHEME:
            return int(message.recipient.path)
    except ValueError:
        pass
    raise RecipientRejectedError("A Telegram message needs the number of a chat")
