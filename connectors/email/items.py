"""What is handed over for a fetched mail: its message, or the original with the reason it cannot be read.

Pure: no network, no clock, no database.
"""

import hashlib
import traceback
from collections.abc import Callable
from dataclasses import replace

from connectors.email.fetching import Fetched
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, Attachment, InboundMessage, Unreadable
from domain.text import storable
from domain.vocabulary import Channel

OVERSIZE_HEADER = "oversize"
OVERSIZE_NOTE = "oversize"
"""The note of the attachment that stands for what was not fetched; its words are in the catalogue."""
_LONGEST_TRACEBACK = 10_000


def accepted(mail: Fetched, place: str, parse: Callable[[bytes], InboundMessage]) -> Accepted:
    """The mail as a message, or as Unreadable whatever its parser raised (G4).

    `place` names where the original lies; it identifies a mail of which no byte could be fetched.
    """
    if mail.failure or not mail.raw:
        reason = mail.failure or "the mail is empty"
        error = f"The mail server did not hand over {place}: {reason}. It stays there and is asked for again."
        return Unreadable(
            channel=Channel.EMAIL, external_id=f"imap:{place}", raw=mail.raw, error=storable(error)
        )
    read = readable(mail.raw, parse)
    if isinstance(read, Unreadable):
        return read
    message = replace(read, sent_at=read.sent_at or mail.received_at)
    return _marked_oversize(message, mail.octets) if mail.oversize else message


def readable(raw: bytes, parse: Callable[[bytes], InboundMessage]) -> Accepted:
    """What the parser makes of an original; Unreadable with the raw bytes when it raises anything at all."""
    try:
        return parse(raw)
    except Exception as error:
        known = isinstance(error, UnreadableMessageError)
        words = str(error) if known else f"{type(error).__name__}: {error}"
        return Unreadable(
            channel=Channel.EMAIL,
            external_id=hashlib.sha256(raw).hexdigest(),
            raw=raw,
            error=storable(words),
            traceback=storable(traceback.format_exc())[-_LONGEST_TRACEBACK:],
        )


def _marked_oversize(message: InboundMessage, octets: int) -> InboundMessage:
    # E18: the row is visible, the sender can be told once, the original stays in the mailbox.
    absent = Attachment(name="", media_type="message/rfc822", content=None, note=OVERSIZE_NOTE)
    headers = {**message.headers, OVERSIZE_HEADER: "1", "octets": str(octets)}
    return replace(message, attachments=(*message.attachments, absent), headers=headers)
