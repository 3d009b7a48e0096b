"""What an account at Twilio does in every channel that Twilio carries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.base import Batch, ConnectorContext, Received, WebhookRequest
from connectors.json_values import as_bytes
from connectors.received_ids import raw_id
from connectors.twilio_common.account import TwilioSender
from connectors.twilio_common.api import TwilioApi
from connectors.twilio_common.callbacks import EMPTY_TWIML, NO_CONTENT, reported_id, status_callback
from connectors.twilio_common.forms import Form, form_report, form_sid, is_report, read_form
from connectors.twilio_common.media import TwilioMedia
from connectors.twilio_common.poll import inbound_items, next_window
from connectors.twilio_common.signature import check_signature
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel


def _nothing(_: Form) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a channel reads what Twilio tells it: addresses, webhook forms and Message resources.

    `carrier` is what stands before the channel's addresses (`whatsapp`), empty for SMS; `passed_over` says of
    a form that it is no message to the desk.
    """

    channel: Channel
    carrier: str = ""
    address: Callable[[str], Urn | None]
    form_message: Callable[[bytes], InboundMessage]
    resource_message: Callable[[Any, bytes], InboundMessage]
    passed_over: Callable[[Form], bool] = _nothing


class TwilioChannel:
    """One Twilio account with one sender; the channel's own class knows how to send."""

    def __init__(self, context: ConnectorContext, dialect: Dialect) -> None:
        self._account: TwilioSender = context.settings
        self._context = context
        self._dialect = dialect
        self._api = TwilioApi(self._account, context.now)
        self._media = TwilioMedia(self._account, self._api, context.now)

    def receive(self, request: WebhookRequest) -> Received:
        """A message or a status callback, told apart by what they say, not by their address. Raises
        SignatureRejectedError."""
        check_signature(request, self._account, self._context.public_url)
        form = read_form(request.body)
        if is_report(form):
            our_id = reported_id(request.query)
            report = form_report(form, our_id, request.body, address=self._dialect.address)
            return Received(reports=[report] if report else [], reply=NO_CONTENT)
        if self._dialect.passed_over(form):
            return Received(reply=EMPTY_TWIML)
        return Received(items=[self._of_form(request.body, form)], reply=EMPTY_TWIML)

    def poll(self, cursor: str) -> Batch:
        """The citizens' messages since the cursor, oldest first, with an overlap. Raises a DeskError."""
        window = next_window(cursor, self._account, self._context.now())
        is_number = self._account.sender.removeprefix("+").isdecimal()
        pages = self._api.message_pages(window.filters(self._sender if is_number else ""))
        found = inbound_items(pages, window.floor, carrier=self._dialect.carrier)
        items = [self._of_resource(item) for item in found]
        cursor, more = window.taken(self._api.listed_at)
        return Batch(items=items, cursor=cursor, more=more)

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

    @property
    def _sender(self) -> str:
        carrier, sender = self._dialect.carrier, self._account.sender
        return f"{carrier}:{sender}" if carrier and sender else sender

    def _head(self, to: str, our_id: str, report_url: str) -> dict[str, str]:
        """What every message says, whatever it holds: to whom, from whom, and where to report to."""
        callback = report_url or f"{self._context.public_url.rstrip('/')}/status"
        fields = {
            "to": to,
            "from_": self._sender,
            "messaging_service_sid": self._account.messaging_service_sid,
            "status_callback": status_callback(callback, our_id) or "",
        }
        return {name: value for name, value in fields.items() if value}

    def _of_form(self, body: bytes, form: Form) -> Accepted:
        try:
            return self._dialect.form_message(body)
        except UnreadableMessageError as error:
            return self._unreadable(form_sid(form), body, error)

    def _of_resource(self, item: Any) -> Accepted:
        raw = as_bytes(item)
        try:
            return self._dialect.resource_message(item, raw)
        except UnreadableMessageError as error:
            sid = item.get("sid") if isinstance(item, dict) else None
            return self._unreadable(sid if isinstance(sid, str) else "", raw, error)

    def _unreadable(self, sid: str, raw: bytes, error: UnreadableMessageError) -> Unreadable:
        return Unreadable(
            channel=self._dialect.channel, external_id=sid or raw_id(raw), raw=raw, error=str(error)
        )
