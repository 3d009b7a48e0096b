"""The SMS channel by Verimor, a Turkish aggregator, as 1530 really comes in: push, polling, sending."""

from typing import Any
from urllib.parse import quote

from connectors.base import Batch, ConnectorContext, OutboundText, Received, WebhookReply, WebhookRequest
from connectors.json_items import load_object, split_list
from connectors.received_ids import raw_id
from connectors.sms import verimor_items
from connectors.sms.parsing import SmsParser
from connectors.sms.settings import SmsSettings
from connectors.sms.verimor_api import VerimorApi
from connectors.sms.verimor_guard import check_push
from connectors.sms.verimor_poll import PAGE, Mark
from domain.errors import NotConfiguredError, PermanentError, RecipientRejectedError, UnreadableMessageError
from domain.gsm import SmsEncoding, plan
from domain.messages import Accepted, DeliveryReport, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel

_OK = WebhookReply(body=b"OK")
_DATACODING = {SmsEncoding.GSM7: "0", SmsEncoding.GSM7_TURKISH_SINGLE: "1", SmsEncoding.UCS2: "2"}
_MOST_SEGMENTS = 7
_TURKEY = "+90"


class VerimorSms(SmsParser):
    """One Verimor account."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: SmsSettings = context.settings
        self._now = context.now
        self._api = VerimorApi(self._settings, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """The messages and delivery reports of one push; a bad item is quarantined alone. Raises
        SignatureRejectedError. Verimor repeats a push three times for any answer but 200, then never."""
        check_push(request, self._settings)
        try:
            items = split_list(request.body)
        except UnreadableMessageError as error:
            return Received(items=[_unreadable(request.body, error)], reply=_OK)
        read = [found for item in items if (found := _read(item))]
        return Received(
            items=[found for found in read if not isinstance(found, DeliveryReport)],
            reports=[found for found in read if isinstance(found, DeliveryReport)],
            reply=_OK,
        )

    def poll(self, cursor: str) -> Batch:
        """Up to a hundred messages beyond the cursor, in the order of their ids. Raises a DeskError."""
        hours = self._settings.first_poll_hours
        mark = Mark.read(cursor, now=self._now(), first_poll_hours=hours)
        pieces = self._api.inbound_messages(mark.greater_than)
        loaded = [_loaded(piece) for piece in pieces]
        young = [piece for piece, item in zip(pieces, loaded, strict=True) if mark.takes(item)]
        after = mark.beyond(loaded)
        accepted = [found for piece in young if (found := _read(piece))]
        return Batch(
            items=[found for found in accepted if not isinstance(found, DeliveryReport)],
            cursor=after.write(),
            more=len(pieces) >= PAGE and after.after > mark.after,
        )

    def send(self, message: OutboundText) -> str:
        """The campaign id. Raises a DeskError. Our own id travels as `custom_id` and comes back in reports. A
        call that breaks off may have been taken: at least once."""
        address = _address(message.recipient)
        domestic = message.recipient.path.startswith(_TURKEY)
        planned = plan(message.text, turkish=True)
        if planned.segments > _MOST_SEGMENTS:
            raise PermanentError(f"The text has {planned.segments} segments, Verimor takes {_MOST_SEGMENTS}")
        our_id = quote(message.our_id, safe="")  # a comma would part it
        fields: dict[str, Any] = {
            "source_addr": self._settings.sender,
            "valid_for": self._settings.valid_for,
            "custom_id": our_id,
            "messages": [{"msg": "".join(planned.parts), "dest": address, "id": our_id}],
        }
        if domestic:  # the guide asks to leave it out abroad
            fields["datacoding"] = _DATACODING[planned.encoding]
        return self._api.send(fields)

    def check(self) -> None:
        """Return when Verimor accepts us and knows our header. Raises a DeskError that says what to fix."""
        known = self._api.headers()
        if self._settings.sender and self._settings.sender not in known:
            raise NotConfiguredError("The sender is not among the headers registered for this account")

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()


def _read(piece: bytes) -> Accepted | DeliveryReport | None:
    raw = verimor_items.as_list(piece)
    item: dict[str, Any] = {}
    try:
        item, charset = load_object(piece)
        if verimor_items.is_report(item):
            return verimor_items.item_report(item, raw)
        return verimor_items.item_message(item, raw, charset)
    except UnreadableMessageError as error:
        return _unreadable(raw, error, verimor_items.message_id(item))


def _loaded(piece: bytes) -> dict[str, Any]:
    try:
        return load_object(piece)[0]
    except UnreadableMessageError:
        return {}


def _unreadable(raw: bytes, error: UnreadableMessageError, number: int | None = None) -> Unreadable:
    identifier = raw_id(raw) if number is None else str(number)
    return Unreadable(channel=Channel.SMS, external_id=identifier, raw=raw, error=str(error))


def _address(recipient: Urn) -> str:
    """The recipient as the guide writes it: `905...`, and `00` before a foreign number."""
    if recipient.scheme != "tel" or not recipient.path.startswith("+"):
        raise RecipientRejectedError("An SMS needs an international phone number")
    digits = recipient.path.removeprefix("+")
    return digits if recipient.path.startswith(_TURKEY) else f"00{digits}"
