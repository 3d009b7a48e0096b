"""Faxes that a gateway hands on by mail: told by who sends them, and by nothing else (P2).

Pure. The mail becomes a message of the fax channel: what it says is the gateway's, what its file says is the
citizen's. A gateway's mail is often marked as automatic; that says nothing of the letter within.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import phonenumbers

from connectors.ocr.kinds import kind_of
from domain.messages import SCAN, InboundMessage
from domain.urn import Urn, phone_urn
from domain.vocabulary import Channel, Verdict


def as_fax(message: InboundMessage, senders: Sequence[str], subject: str) -> InboundMessage:
    """The fax in a mail, or the mail itself where it comes from no gateway or brings no scan; one that may be
    a fax all the same counts as no automatic reply, which nobody would look at, but is not answered either.

    `senders` are addresses, or domains after an @. `subject` is a pattern that the mail's must match, with
    the sending machine's number as its group `number`; without that, any number in the subject is taken.
    """
    scans = [n for n, file in enumerate(message.attachments) if file.content and kind_of(file.content)]
    fits = re.search(subject, message.subject or "")
    if not scans or not _is_from(message, senders):
        return message
    if fits is None or message.is_forged:
        automatic = message.verdict is Verdict.AUTO_REPLY
        return replace(message, verdict=Verdict.LIST) if automatic else message
    number = fits.groupdict().get("number") or _number_in(message.subject or "")
    machine = phone_urn(number)
    return replace(
        message,
        channel=Channel.FAX,
        text="",
        html=None,
        quoted_spans=(),
        subject=None,
        sender=Urn("fax", machine.path) if machine else None,
        sender_name=None,
        contacts=(),
        in_reply_to=None,
        references=(),
        verdict=Verdict.ORDINARY,
        headers=_headers(message, scans, number),
    )


def _number_in(subject: str) -> str:
    found = next(iter(phonenumbers.PhoneNumberMatcher(subject, "TR")), None)
    return found.raw_string if found else ""


def _is_from(message: InboundMessage, senders: Sequence[str]) -> bool:
    address = message.sender.path.lower() if message.sender else ""
    wanted = [each.lower() for each in senders]
    return any(address == each or (each.startswith("@") and address.endswith(each)) for each in wanted)


def _headers(message: InboundMessage, scans: Sequence[int], number: str) -> dict[str, str]:
    # Without `message_id`: an answer to the citizen is no answer to the gateway's mail.
    kept = {key: value for key, value in message.headers.items() if key != "message_id"}
    told = {
        SCAN: " ".join(map(str, scans)),
        "gateway": message.sender.path if message.sender else "",
        "gateway_subject": message.subject or "",
        "sending_number": number,
    }
    return kept | {key: value for key, value in told.items() if value}
