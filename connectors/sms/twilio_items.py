"""What Twilio tells us: webhook forms and the Message resource of its REST API, read without trust."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from connectors.sms.message import fallback_id, sms_message, sms_urn
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, DeliveryReport, InboundMessage
from domain.vocabulary import DeliveryState

_MOST_MEDIA = 20
_INBOUND_STATES = ("received", "receiving")
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
STOPPED_CODE = 21610
_NO_RECIPIENT = {21211, STOPPED_CODE, 21612, 21614, 21635, 30005, 30006}
"""Failures that lie in the number itself; others (a filter, a switched-off phone) say nothing against it."""
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pdf": ".pdf",
}


class Form(dict[str, list[str]]):
    """A form as Twilio's validator reads it: repeated fields kept, blank ones too."""

    def getlist(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return self.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field, empty when there is none."""
        return self.get(name, [""])[0]


def read_form(body: bytes) -> Form:
    """The fields of a form body; never raises, whatever the bytes."""
    form = Form()
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        form.setdefault(name, []).append(value)
    return form


def is_report(form: Form) -> bool:
    """Whether the form is a status callback, not a message of a citizen's."""
    status = form.first("MessageStatus")
    return bool(status) and status not in _INBOUND_STATES


def form_message(body: bytes) -> InboundMessage:
    """The message in a webhook form. Raises UnreadableMessageError for a form that holds none."""
    form = read_form(body)
    sender, recipient, text = form.first("From"), form.first("To"), form.first("Body")
    sid = form_sid(form)
    if not (sid or (sender and "Body" in form)):
        raise UnreadableMessageError("The form is no message: neither a MessageSid nor From and Body")
    return sms_message(
        external_id=sid or fallback_id(sender, recipient, text, ""),
        sender=sender,
        recipient=recipient,
        text=text,
        attachments=tuple(_form_media(form)),
        opted_out=form.first("OptOutType").upper() == "STOP",
        raw=body,
    )


def form_sid(form: Form) -> str:
    """Twilio's id of the message a form is about; the two older names are still sent beside the new one."""
    return form.first("MessageSid") or form.first("SmsMessageSid") or form.first("SmsSid")


def form_report(form: Form, our_id: str | None, raw: bytes) -> DeliveryReport | None:
    """The delivery report in a status callback, or None for a state on the way (queued, sending).

    `reason` is Twilio's error code.
    """
    state = _STATES.get(form.first("MessageStatus").lower())
    if state is None:
        return None
    code = _number(form.first("ErrorCode"))
    return DeliveryReport(
        state=state,
        gateway_id=form_sid(form) or None,
        our_id=our_id,
        recipient=sms_urn(form.first("To")),
        reason=str(code) if code else None,
        permanent=state is DeliveryState.FAILED and code in _NO_RECIPIENT,
        stopped=code == STOPPED_CODE,
        raw=raw,
    )


def resource_message(item: Any, raw: bytes) -> InboundMessage:
    """The message in a Message resource. Raises UnreadableMessageError when it is none of a citizen's."""
    if not isinstance(item, dict) or item.get("direction") != "inbound":
        raise UnreadableMessageError("The object is no inbound Message resource")
    sid, sender, recipient, text = (_text(item.get(name)) for name in ("sid", "from", "to", "body"))
    if not (sid or sender):
        raise UnreadableMessageError("The Message resource has neither a sid nor a sender")
    return sms_message(
        external_id=sid or fallback_id(sender, recipient, text, _text(item.get("date_sent"))),
        sender=sender,
        recipient=recipient,
        text=text,
        sent_at=resource_time(item),
        attachments=tuple(_resource_media(item)),
        raw=raw,
    )


def resource_time(item: Mapping[str, Any]) -> datetime | None:
    """When the message came, in UTC, by its resource (RFC 2822); None when that is not said."""
    for name in ("date_sent", "date_created"):
        try:
            moment = parsedate_to_datetime(_text(item.get(name)))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError, UnreadableMessageError):
            continue
    return None


def _form_media(form: Form) -> Iterator[Attachment]:
    for index in range(min(_number(form.first("NumMedia")), _MOST_MEDIA)):
        kind = form.first(f"MediaContentType{index}") or "application/octet-stream"
        yield _medium(index, kind, form.first(f"MediaUrl{index}"))


def _resource_media(item: Mapping[str, Any]) -> Iterator[Attachment]:
    links = item.get("subresource_uris")
    media = _text(links.get("media")) if isinstance(links, dict) else ""
    for index in range(min(_number(_text(item.get("num_media"))), _MOST_MEDIA)):
        yield _medium(index, "application/octet-stream", f"{media}#{index}" if media else "")


def _medium(index: int, media_type: str, source: str) -> Attachment:
    ending = _ENDINGS.get(media_type.partition(";")[0].strip().lower(), "")
    note = "not fetched yet" if source else "its address is missing"
    return Attachment(
        name=f"mms-{index + 1}{ending}",
        media_type=media_type,
        content=None,
        note=note,
        source=source or None,
    )


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableMessageError("A field of the Message resource holds something that is no text")
