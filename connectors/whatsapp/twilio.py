"""WhatsApp by Twilio: signed webhooks, polling as a safety net, status callbacks, texts and templates."""

import json
from collections.abc import Sequence
from typing import Any

from connectors.base import (
    ApprovedText,
    Batch,
    ConnectorContext,
    OutboundText,
    Received,
    WebhookRequest,
)
from connectors.json_values import as_bytes
from connectors.received_ids import raw_id
from connectors.twilio_common.api import TwilioApi
from connectors.twilio_common.callbacks import EMPTY_TWIML, NO_CONTENT, reported_id, status_callback
from connectors.twilio_common.forms import Form, form_report, form_sid, is_report, read_form
from connectors.twilio_common.media import TwilioMedia
from connectors.twilio_common.poll import inbound_items, next_window
from connectors.twilio_common.signature import check_signature
from connectors.whatsapp import twilio_items
from connectors.whatsapp.address import is_number, is_user_id, whatsapp_urn
from connectors.whatsapp.parsing import WhatsAppParser
from connectors.whatsapp.settings import WhatsAppSettings
from connectors.whatsapp.templates import one_line
from domain.errors import NotConfiguredError, RecipientRejectedError, UnreadableMessageError
from domain.messages import Accepted, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel

CARRIER = "whatsapp"


class TwilioWhatsApp(WhatsAppParser):
    """One Twilio account with one WhatsApp sender."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: WhatsAppSettings = context.settings
        self._context = context
        self._api = TwilioApi(self._settings, context.now)
        self._media = TwilioMedia(self._settings, self._api, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """A message or a status callback, told apart by what they say, not by their address. Raises
        SignatureRejectedError."""
        check_signature(request, self._settings, self._context.public_url)
        form = read_form(request.body)
        if is_report(form):
            report = form_report(form, reported_id(request.query), request.body, address=whatsapp_urn)
            return Received(reports=[report] if report else [], reply=NO_CONTENT)
        if twilio_items.is_reaction(form):
            return Received(reply=EMPTY_TWIML)
        return Received(items=[_accepted_form(request.body, form)], reply=EMPTY_TWIML)

    def poll(self, cursor: str) -> Batch:
        """The citizens' messages since the cursor, oldest first, with an overlap. Raises a DeskError."""
        window = next_window(cursor, self._settings, self._context.now())
        sender = self._settings.sender
        pages = self._api.message_pages(window.filters(f"{CARRIER}:{sender}" if sender else ""))
        items = [_accepted_resource(item) for item in inbound_items(pages, window.floor, carrier=CARRIER)]
        return Batch(items=items, cursor=window.cursor, more=window.upper is not None)

    def send(self, message: OutboundText) -> str:
        """The MessageSid. Raises a DeskError, WindowClosedError when only a template may leave (W7): Twilio
        mostly tells so in a report afterwards. At least once: a call that breaks off may have been taken."""
        fields = self._head(message.recipient, message.our_id, message.report_url)
        return self._api.create_message(**fields, body=message.text)

    def approved(self, notice: str) -> ApprovedText | None:
        """The approved text that the settings name for a notice of ours."""
        return self._settings.approved(notice)

    def send_template(
        self, recipient: Urn, name: str, language: str, parameters: Sequence[str], our_id: str
    ) -> str:
        """The MessageSid of a content template's message, found by `content_sids`. Raises a DeskError."""
        sid = self._settings.content_sid(name, language)
        if sid is None:
            raise NotConfiguredError(f"content_sids names no ContentSid for the template {name}:{language}")
        fields = self._head(recipient, our_id, "") | {"content_sid": sid}
        if parameters:
            places = {str(place): one_line(text) for place, text in enumerate(parameters, 1)}
            fields["content_variables"] = json.dumps(places, ensure_ascii=False)
        return self._api.create_message(**fields)

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file of a message. Raises a DeskError."""
        return self._media.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when Twilio accepts the credentials. Raises a DeskError that says what to fix."""
        next(self._api.message_pages({"PageSize": 1}), None)

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()
        self._media.close()

    def _head(self, recipient: Urn, our_id: str, report_url: str) -> dict[str, str]:
        settings = self._settings
        fields = {"to": _to(recipient)}
        if settings.sender:
            fields["from_"] = f"{CARRIER}:{settings.sender}"
        if settings.messaging_service_sid:
            fields["messaging_service_sid"] = settings.messaging_service_sid
        callback = report_url or f"{self._context.public_url.rstrip('/')}/status"
        if reachable := status_callback(callback, our_id):
            fields["status_callback"] = reachable
        return fields


def _to(recipient: Urn) -> str:
    if is_number(recipient):
        return f"{CARRIER}:+{recipient.path}"
    if is_user_id(recipient):
        return f"{CARRIER}:{recipient.path}"
    raise RecipientRejectedError("A WhatsApp message needs a number or a user id of WhatsApp's")


def _accepted_form(body: bytes, form: Form) -> Accepted:
    try:
        return twilio_items.form_message(body)
    except UnreadableMessageError as error:
        return _unreadable(form_sid(form) or raw_id(body), body, error)


def _accepted_resource(item: Any) -> Accepted:
    raw = as_bytes(item)
    try:
        return twilio_items.resource_message(item, raw)
    except UnreadableMessageError as error:
        sid = item.get("sid") if isinstance(item, dict) else None
        return _unreadable(sid if isinstance(sid, str) and sid else raw_id(raw), raw, error)


def _unreadable(external_id: str, raw: bytes, error: UnreadableMessageError) -> Unreadable:
    return Unreadable(channel=Channel.WHATSAPP, external_id=external_id, raw=raw, error=str(error))
