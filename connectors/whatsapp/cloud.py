"""WhatsApp by Meta's Cloud API: signed webhooks, files, texts and templates."""

import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import (
    ApprovedText,
    ChannelEvent,
    ConnectorContext,
    OutboundText,
    Received,
    WebhookReply,
    WebhookRequest,
)
from connectors.meta import answer_handshake, check_signature
from connectors.received_ids import raw_id
from connectors.whatsapp.address import is_number, is_user_id
from connectors.whatsapp.cloud_api import CloudApi
from connectors.whatsapp.cloud_media import CloudMedia
from connectors.whatsapp.envelope import Piece, PieceKind, pieces
from connectors.whatsapp.messages import Ignored, read_message
from connectors.whatsapp.news import read_news
from connectors.whatsapp.parsing import WhatsAppParser
from connectors.whatsapp.settings import WhatsAppSettings
from connectors.whatsapp.statuses import read_status, status_health
from connectors.whatsapp.templates import one_line
from domain.errors import PermanentError, RecipientRejectedError, UnreadableMessageError
from domain.messages import Accepted, DeliveryReport, InboundMessage, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel

_OK = WebhookReply(body=b"EVENT_RECEIVED")
_LONGEST_TEXT = 4096
_Found = Accepted | DeliveryReport | ChannelEvent


class CloudWhatsApp(WhatsAppParser):
    """One number of a WhatsApp Business Account."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: WhatsAppSettings = context.settings
        self._api = CloudApi(self._settings, context.now)
        self._media = CloudMedia(self._settings, self._api, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """The handshake, or whatever a signed call brings; a bad item is quarantined alone (W4). Raises
        SignatureRejectedError. Meta repeats a call for days until it is answered 200 (W5)."""
        if request.method.upper() == "GET":
            return Received(reply=answer_handshake(request, self._settings.verify_token))
        check_signature(request, self._settings.app_secret)
        try:
            found = [each for piece in pieces(request.body) for each in _read(piece)]
        except UnreadableMessageError as error:
            found = [_unreadable(raw_id(request.body), request.body, error)]
        return Received(
            items=[each for each in found if isinstance(each, InboundMessage | Unreadable)],
            reports=[each for each in found if isinstance(each, DeliveryReport)],
            events=[each for each in found if isinstance(each, ChannelEvent)],
            reply=_OK,
        )

    def send(self, message: OutboundText) -> str:
        """The wamid. Raises a DeskError, WindowClosedError when only a template may leave (W7). Our own id
        travels along and comes back in reports. A call that breaks off may have been taken: at least once."""
        if len(message.text) > _LONGEST_TEXT:
            raise PermanentError(f"The text is longer than the {_LONGEST_TEXT} characters WhatsApp takes")
        text = {"preview_url": False, "body": message.text}
        return self._api.send({**_to(message.recipient, message.our_id), "type": "text", "text": text})

    def approved(self, notice: str) -> ApprovedText | None:
        """The approved text that the settings name for a notice of ours."""
        return self._settings.approved(notice)

    def send_template(
        self, recipient: Urn, name: str, language: str, parameters: Sequence[str], our_id: str
    ) -> str:
        """The wamid of an approved template's message; `parameters` fill its body's places in order. Raises a
        DeskError; a template that is missing or paused is a NotConfiguredError."""
        places = [{"type": "text", "text": one_line(each)} for each in parameters]
        spoken = {"policy": "deterministic", "code": language}
        template: dict[str, Any] = {"name": name, "language": spoken}
        if places:
            template["components"] = [{"type": "body", "parameters": places}]
        return self._api.send({**_to(recipient, our_id), "type": "template", "template": template})

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file of a message. Raises a DeskError."""
        return self._media.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when Meta accepts the token for our number. Raises a DeskError that says what to fix."""
        self._api.check_number()
        if self._settings.business_account_id:
            self._api.check_subscription()

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()


def _read(piece: Piece) -> Sequence[_Found]:
    try:
        if piece.kind is PieceKind.MESSAGE:
            message = read_message(piece)
            return () if isinstance(message, Ignored) else (message,)
        if piece.kind is PieceKind.STATUS:
            return [each for each in (read_status(piece), status_health(piece)) if each]
        if piece.kind is PieceKind.NEWS:
            return read_news(piece)
        raise UnreadableMessageError("A part of the notification is not what it should be")
    except UnreadableMessageError as error:
        return (_unreadable(piece.external_id, piece.raw, error),)


def _unreadable(external_id: str, raw: bytes, error: UnreadableMessageError) -> Unreadable:
    trace = "".join(traceback.format_exception(error))
    return Unreadable(
        channel=Channel.WHATSAPP, external_id=external_id, raw=raw, error=str(error), traceback=trace
    )


def _to(recipient: Urn, our_id: str) -> Mapping[str, Any]:
    """The head of a message. A user id goes into a field of its own ("Business-scoped user IDs")."""
    if not (is_number(recipient) or is_user_id(recipient)):
        raise RecipientRejectedError("A WhatsApp message needs a number or a user id of WhatsApp's")
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to" if is_number(recipient) else "recipient": recipient.path,
        "biz_opaque_callback_data": our_id,
    }
