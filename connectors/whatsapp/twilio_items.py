"""What Twilio tells us of WhatsApp: webhook forms ("WhatsApp-specific parameters") and Message resources."""

from typing import Any

from connectors.received_ids import raw_id
from connectors.twilio_common.files import form_files, resource_files
from connectors.twilio_common.forms import Form, form_sid, read_form
from connectors.twilio_common.resources import resource_time, text_of
from connectors.whatsapp.address import person, whatsapp_urn
from connectors.whatsapp.contents import place_at
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Place
from domain.text import storable
from domain.vocabulary import Channel, Verdict

_FILES = "whatsapp"


def is_reaction(form: Form) -> bool:
    """Whether the form is a sign put under a message: no message to the desk."""
    return form.first("MessageType").lower() == "reaction"


def form_message(body: bytes) -> InboundMessage:
    """The message in a webhook form. Raises UnreadableMessageError for a form that holds none.

    Twilio gives no time, so `sent_at` stays empty: it calls within seconds. The id is the same in polls.
    """
    form = read_form(body)
    sid = form_sid(form)
    if not (sid or (form.first("From") and "Body" in form)):
        raise UnreadableMessageError("The form is no message: neither a MessageSid nor From and Body")
    sender, contacts = person(form.first("From"), form.first("WaId"), _user_id(form))
    ours, place = whatsapp_urn(form.first("To")), _place(form)
    return InboundMessage(
        channel=Channel.WHATSAPP,
        external_id=storable(sid) or raw_id(body),
        sender=sender,
        sender_name=storable(form.first("ProfileName")) or None,
        contacts=contacts,
        recipients=(ours,) if ours else (),
        text=storable(_text(form, place)),
        attachments=tuple(form_files(form, _FILES)),
        place=place,
        in_reply_to=storable(form.first("OriginalRepliedMessageSid")) or None,
        verdict=Verdict.OPT_OUT if form.first("OptOutType").upper() == "STOP" else Verdict.ORDINARY,
        headers=_headers(form),
        raw=body,
    )


def resource_message(item: Any, raw: bytes) -> InboundMessage:
    """The message in a Message resource, which knows less than a form: no name, no place, no answered
    message. Raises UnreadableMessageError when it is none of a citizen's."""
    if not isinstance(item, dict) or item.get("direction") != "inbound":
        raise UnreadableMessageError("The object is no inbound Message resource")
    sid = storable(text_of(item.get("sid")))
    if not sid:
        raise UnreadableMessageError("The Message resource has no sid")
    sender, contacts = person(text_of(item.get("from")))
    ours = whatsapp_urn(text_of(item.get("to")))
    return InboundMessage(
        channel=Channel.WHATSAPP,
        external_id=sid,
        sender=sender,
        contacts=contacts,
        recipients=(ours,) if ours else (),
        sent_at=resource_time(item),
        text=storable(text_of(item.get("body"))),
        attachments=tuple(resource_files(item, _FILES)),
        raw=raw,
    )


def _user_id(form: Form) -> str:
    return form.first("ExternalUserIdentifier") or form.first("ExternalUserId")


def _place(form: Form) -> Place | None:
    address = form.first("Address") or form.first("Label")
    return place_at(form.first("Latitude"), form.first("Longitude"), storable(address))


def _text(form: Form, place: Place | None) -> str:
    said = form.first("Body") or form.first("ButtonText") or form.first("ListTitle")
    lines = [said, *([form.first("Label"), form.first("Address")] if place else [])]
    return "\n".join(dict.fromkeys(filter(None, lines)))


def _headers(form: Form) -> dict[str, str]:
    found = {
        "whatsapp-type": form.first("MessageType"),
        "whatsapp-forwarded": "yes" if form.first("Forwarded").lower() == "true" else "",
        "whatsapp-payload": form.first("ButtonPayload") or form.first("ListId"),
        "whatsapp-referral": form.first("ReferralSourceUrl"),
    }
    return {name: value for name, value in found.items() if value}
