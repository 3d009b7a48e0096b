"""A notice as a mail: its headers by RFC 5322, RFC 3834 and E15, its bytes for SMTP."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from config.settings import ISTANBUL
from domain.errors import PermanentError
from domain.messages import Attachment
from domain.text import storable
from notifier.addresses import MailAddress, own_address
from notifier.contracts import Outgoing
from notifier.filters import oneline
from notifier.mail_policy import ASCII, UNICODE

LOOP_HEADER = "X-Beyazmasa-Instance"
MOST_REFERENCES = 20
_ID = re.compile(r"<?([!-;=?A-~]{1,900}@[!-;=?A-~]{1,90})>?", re.ASCII)
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS_ALONE = frozenset({"bcc", "cc", "sender", "return-path", "received", "mime-version", "resent-to"})
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|text|video)/([a-z0-9][a-z0-9.+-]{0,100})")


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What all mails of a desk have in common."""

    sender: MailAddress
    sender_name: str
    instance: str


def compose(
    outgoing: Outgoing, recipient: MailAddress, letterhead: Letterhead, now: datetime
) -> EmailMessage:
    """The notice as a message. A header's value is one line, whatever stands in it: nothing adds a header.

    Raises PermanentError for an extra header that is not the caller's to set or a Reply-To that is none.
    """
    message = EmailMessage(policy=UNICODE if recipient.needs_utf8 else ASCII)
    for name, value in _headers(outgoing, letterhead, now).items():
        message[name] = value
    message["From"] = _mailbox(letterhead.sender_name, letterhead.sender)
    message["To"] = _mailbox("", recipient)
    if outgoing.reply_to:
        message["Reply-To"] = _mailbox(*own_address("Reply-To", outgoing.reply_to))
    for name, value in outgoing.headers.items():
        _add_extra(message, name, value)
    _write_body(message, outgoing)
    return message


def message_id(outgoing: Outgoing, letterhead: Letterhead) -> str:
    """The notice's Message-ID, complete: the given one, or one made of `our_id`, the same for every retry."""
    given = _complete_id(outgoing.message_id or "")
    made = re.sub(r"[^A-Za-z0-9-]", "-", outgoing.our_id)
    return given or f"<{made}.{letterhead.instance}@{letterhead.sender.domain}>"


def _headers(outgoing: Outgoing, letterhead: Letterhead, now: datetime) -> dict[str, str]:
    parents = [i for i in map(_complete_id, (*outgoing.references, outgoing.in_reply_to or "")) if i]
    references = list(dict.fromkeys(parents))
    answered = _complete_id(outgoing.in_reply_to or "")
    values = {
        "Subject": oneline(outgoing.rendered.subject or ""),
        "Date": format_datetime(now.astimezone(ISTANBUL)),
        "Message-ID": message_id(outgoing, letterhead),
        "In-Reply-To": answered,
        "References": " ".join(references[:1] + references[1:][1 - MOST_REFERENCES :]),
        "Auto-Submitted": "auto-replied" if outgoing.automatic else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: oneline(letterhead.instance),
    }
    return {name: value for name, value in values.items() if value}


def _complete_id(text: str) -> str:
    """The id in angle brackets, or nothing where it is none: what a citizen's mail claims is not trusted."""
    match = _ID.fullmatch(text.strip())
    return f"<{match[1]}>" if match else ""


def _mailbox(name: str, address: MailAddress) -> Address:
    return Address(name, address.local, address.domain)


def _add_extra(message: EmailMessage, name: str, value: str) -> None:
    taken = name.lower() in _OURS_ALONE or name.lower().startswith("content-") or name in message
    if taken or not _HEADER_NAME.fullmatch(name):
        raise PermanentError(f"the header {name!r} is not a notice's to set")
    message[name] = oneline(value)


def _write_body(message: EmailMessage, outgoing: Outgoing) -> None:
    message.set_content(storable(outgoing.rendered.text), cte="quoted-printable")
    if outgoing.rendered.html:
        html = storable(outgoing.rendered.html)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in outgoing.attachments:
        _attach(message, attachment)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    if attachment.content is None:
        return
    known = _MEDIA_TYPE.fullmatch(attachment.media_type.lower())
    main, sub = known.groups() if known else ("application", "octet-stream")
    name = oneline(attachment.name).replace("=?", "=_")[:200] or "attachment"
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
