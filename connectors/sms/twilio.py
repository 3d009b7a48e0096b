"""The SMS channel by Twilio: signed webhooks, polling as a safety net, status callbacks, sending."""

from typing import Any

from connectors.base import Batch, ConnectorContext, OutboundText, Received, WebhookRequest
from connectors.received_ids import raw_id
from connectors.sms import twilio_items
from connectors.sms.message import sms_urn
from connectors.sms.parsing import SmsParser, resource_bytes
from connectors.sms.settings import SmsSettings
from connectors.twilio_common.api import TwilioApi
from connectors.twilio_common.callbacks import EMPTY_TWIML, NO_CONTENT, reported_id, status_callback
from connectors.twilio_common.forms import Form, form_report, form_sid, is_report, read_form
from connectors.twilio_common.media import TwilioMedia
from connectors.twilio_common.poll import inbound_items, next_window
from connectors.twilio_common.signature import check_signature
from domain.errors import RecipientRejectedError, UnreadableMessageError
from domain.messages import Accepted, Unreadable
from domain.vocabulary import Channel


class TwilioSms(SmsParser):
    """One Twilio account with one sender."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: SmsSettings = context.settings
        self._context = context
        self._api = TwilioApi(self._settings, context.now)
        self._media = TwilioMedia(self._settings, self._api, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """A message or a status callback, told apart by what they say, not by their address. Raises
        SignatureRejectedError."""
        check_signature(request, self._settings, self._context.public_url)
        form = read_form(request.body)
        if is_report(form):
            report = form_report(form, reported_id(request.query), request.body, address=sms_urn)
            return Received(reports=[report] if report else [], reply=NO_CONTENT)
        return Received(items=[_accepted_form(request.body, form)], reply=EMPTY_TWIML)

    def poll(self, cursor: str) -> Batch:
        """The citizens' messages since the cursor, oldest first, with an overlap. Raises a DeskError."""
        window = next_window(cursor, self._settings, self._context.now())
        pages = self._api.message_pages(window.filters(self._own_number))
        items = [_accepted_resource(item) for item in inbound_items(pages, window.floor)]
        return Batch(items=items, cursor=window.cursor, more=window.upper is not None)

    def send(self, message: OutboundText) -> str:
        """The MessageSid. Raises a DeskError. A call that breaks off may have been taken: at least once."""
        recipient = message.recipient
        if recipient.scheme != "tel" or not recipient.path.startswith("+"):
            raise RecipientRejectedError("An SMS needs an international phone number")
        fields = {"to": recipient.path, "body": message.text}
        if self._settings.sender:
            fields["from_"] = self._settings.sender
        if self._settings.messaging_service_sid:
            fields["messaging_service_sid"] = self._settings.messaging_service_sid
        callback = message.report_url or f"{self._context.public_url.rstrip('/')}/status"
        if reachable := status_callback(callback, message.our_id):
            fields["status_callback"] = reachable
        return self._api.create_message(**fields)

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file of a multimedia message. Raises a DeskError."""
        return self._media.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when Twilio accepts the credentials. Raises a DeskError that says what to fix."""
        next(self._api.message_pages({"PageSize": 1}), None)

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()
        self._media.close()

    @property
    def _own_number(self) -> str:
        sender = self._settings.sender
        return sender if sender.removeprefix("+").isdecimal() else ""


def _accepted_form(body: bytes, form: Form) -> Accepted:
    try:
        return twilio_items.form_message(body)
    except UnreadableMessageError as error:
        identifier = form_sid(form) or raw_id(body)
        return Unreadable(channel=Channel.SMS, external_id=identifier, raw=body, error=str(error))


def _accepted_resource(item: Any) -> Accepted:
    raw = resource_bytes(item)
    try:
        return twilio_items.resource_message(item, raw)
    except UnreadableMessageError as error:
        sid = item.get("sid") if isinstance(item, dict) else None
        identifier = sid if isinstance(sid, str) and sid else raw_id(raw)
        return Unreadable(channel=Channel.SMS, external_id=identifier, raw=raw, error=str(error))
