"""The account of one BiP service: called with messages and reports, sending through TES."""

import json
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from connectors.base import ConnectorContext, OutboundText, Received, WebhookReply, WebhookRequest
from connectors.bip.api import BipApi
from connectors.bip.guard import check_call
from connectors.bip.items import Found, is_command, read_item, split_call, transaction_of
from connectors.bip.media import BipMedia
from connectors.bip.parsing import BipParser
from connectors.bip.parts import parts_of
from connectors.bip.settings import BipSettings
from connectors.bip.txn import txn_id
from connectors.bip.values import is_phone
from connectors.received_ids import hashed_id
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    RecipientRejectedError,
    ThrottledError,
    UnreadableMessageError,
)
from domain.messages import DeliveryReport, Unreadable
from domain.vocabulary import Channel

_OK = WebhookReply(body=b"OK")
_TEXTS = tomllib.loads(files("connectors.bip").joinpath("texts.toml").read_text(encoding="utf-8"))
_ACCOUNTS_FAULT = (CredentialsRejectedError, NotConfiguredError, ConnectionFailedError, ThrottledError)


class Bip(BipParser):
    """One account."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: BipSettings = context.settings
        self._now = context.now
        self._instance = f"{context.instance}:{context.name}"
        self._api = BipApi(self._settings, context.now)
        self._media = BipMedia(self._settings, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """The messages and reports of one call; a bad item is quarantined alone. Raises
        SignatureRejectedError. The answer is always 200: BiP repeats nothing."""
        check_call(request, self._settings)
        try:
            items = split_call(request.body)
        except UnreadableMessageError as error:
            return Received(items=[_unreadable(request.body, error)], reply=_OK)
        read = [found for item in items for found in _read(item)]
        return Received(
            items=[found for found in read if not isinstance(found, DeliveryReport)],
            reports=[found for found in read if isinstance(found, DeliveryReport)],
            reply=self._reply(items),
        )

    def send(self, message: OutboundText) -> str:
        """BiP's report id, or our `txnid` when the service gets no reports. Raises a DeskError. A call that
        breaks off is safely made again: BiP knows the `txnid` (310)."""
        recipient = message.recipient
        if recipient.scheme != Channel.BIP or not recipient.path:
            raise RecipientRejectedError("A BiP message needs a person's BiP address")
        receiver = {"type": 2 if is_phone(recipient) else 0, "address": recipient.path}
        txnid = txn_id(message, instance=self._instance)
        return self._api.send(txnid, receiver, parts_of(message.text)) or txnid

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file of a message. Raises a DeskError: permanent when it is gone, refused or too large."""
        return self._media.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when BiP accepts the account. Raises a DeskError that says what to fix. Nobody is written
        to: the call has no receiver."""
        error = self._api.try_credentials(f"check-{self._now().timestamp():.0f}")
        if isinstance(error, _ACCOUNTS_FAULT):
            raise error

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()
        self._media.close()

    def _reply(self, items: Sequence[bytes]) -> WebhookReply:
        commands = [item for item in items if is_command(item)]
        if not commands:
            return _OK
        words = self._settings.command_reply or str(_TEXTS["command_reply"])
        answer = {
            "transactionId": transaction_of(commands[0]),
            "composition": {"list": [{"type": 0, "message": words}]},
        }
        body = json.dumps(answer, ensure_ascii=False).encode()
        return WebhookReply(body=body, media_type="application/json; charset=utf-8")


def _read(item: bytes) -> Sequence[Found | Unreadable]:
    try:
        return read_item(item)
    except UnreadableMessageError as error:
        return [_unreadable(item, error)]


def _unreadable(raw: bytes, error: UnreadableMessageError) -> Unreadable:
    return Unreadable(channel=Channel.BIP, external_id=hashed_id(raw), raw=raw, error=str(error))
