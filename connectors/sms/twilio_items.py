"""What Twilio tells us of short messages: webhook forms and the Message resource of its REST API."""

from typing import Any

from connectors.sms.message import fallback_id, sms_message
from connectors.twilio_common.files import form_files, resource_files
from connectors.twilio_common.forms import form_sid, read_form
from connectors.twilio_common.resources import resource_time, text_of
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.text import storable

_FILES = "mms"


def form_message(body: bytes) -> InboundMessage:
    """The message in a webhook form. Raises UnreadableMessageError for a form that holds none."""
    form = read_form(body)
    sender, recipient, text = form.first("From"), form.first("To"), form.first("Body")
    sid = form_sid(form)
    if not (sid or (sender and "Body" in form)):
        raise UnreadableMessageError("The form is no message: neither a MessageSid nor From and Body")
    return sms_message(
        external_id=storable(sid) or fallback_id(sender, recipient, text, ""),
        sender=sender,
        recipient=recipient,
        text=text,
        attachments=tuple(form_files(form, _FILES)),
        opted_out=form.first("OptOutType").upper() == "STOP",
        raw=body,
    )


def resource_message(item: Any, raw: bytes) -> InboundMessage:
    """The message in a Message resource. Raises UnreadableMessageError when it is none of a citizen's."""
    if not isinstance(item, dict) or item.get("direction") != "inbound":
        raise UnreadableMessageError("The object is no inbound Message resource")
    sid, sender, recipient, text = (text_of(item.get(name)) for name in ("sid", "from", "to", "body"))
    if not (sid or sender):
        raise UnreadableMessageError("The Message resource has neither a sid nor a sender")
    return sms_message(
        external_id=storable(sid) or fallback_id(sender, recipient, text, text_of(item.get("date_sent"))),
        sender=sender,
        recipient=recipient,
        text=text,
        sent_at=resource_time(item),
        attachments=tuple(resource_files(item, _FILES)),
        raw=raw,
    )
