"""What the program understands of an original, as plain values, without a database."""

import hashlib
from pathlib import Path
from typing import Any

from connectors.base import Transcribing
from connectors.email.html_text import html_to_text
from connectors.registry import CONNECTORS
from domain.errors import DeskError
from domain.messages import SCAN, DeliveryReport, InboundMessage
from domain.text import storable
from domain.vocabulary import Channel
from pipeline.originals import parse_original
from pipeline.words import with_words


def understood(path: Path, channel: Channel) -> dict[str, Any]:
    """`{file, messages, error}` of one file. Never raises, whatever the bytes."""
    try:
        found = parse_original(channel, path.read_bytes())
        messages = [_message(_read(message)) for message in found]
    except (DeskError, OSError) as error:
        return {"file": str(path), "messages": [], "error": storable(str(error)).splitlines()[0]}
    return {"file": str(path), "messages": messages, "error": None}


def _read(message: InboundMessage) -> InboundMessage:
    """The message with the words of its scans. Raises a DeskError when they cannot be read here."""
    parser = CONNECTORS[message.channel].parser()
    if SCAN not in message.headers or not isinstance(parser, Transcribing):
        return message
    scans = [message.attachments[int(number)].content for number in message.headers[SCAN].split()]
    return with_words(message, [parser.transcribe(scan) for scan in scans if scan is not None])


def _message(message: InboundMessage) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "sender_name": message.sender_name,
        "sent_at": message.sent_at,
        "subject": message.subject,
        "text": message.text,
        "html_text": html_to_text(message.html) if message.html else None,
        "quoted_spans": [list(span) for span in message.quoted_spans],
        "attachments": [
            {
                "name": a.name,
                "media_type": a.media_type,
                "size": len(a.content or b""),
                "sha256": hashlib.sha256(a.content).hexdigest() if a.content is not None else None,
                "inline": a.inline,
            }
            for a in message.attachments
        ],
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "verdict": message.verdict,
        "charset": message.charset,
        "delivery_reports": [_report(report) for report in message.delivery_reports],
        "recipients": [str(urn) for urn in message.recipients],
        "contacts": [str(urn) for urn in message.contacts],
        "place": message.place,
        "private": message.private,
        "headers": dict(message.headers),
    }


def _report(report: DeliveryReport) -> dict[str, Any]:
    return {
        "state": report.state,
        "gateway_id": report.gateway_id,
        "our_id": report.our_id,
        "recipient": str(report.recipient) if report.recipient else None,
        "reason": report.reason,
        "permanent": report.permanent,
        "stopped": report.stopped,
    }
