"""Deliveries as columns of rows."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from domain.messages import Attachment, DeliveryReport, InboundMessage, Place
from domain.text import storable
from domain.vocabulary import Channel, MessageState
from store.records import Arrival

BELIEVED_AHEAD = timedelta(days=1)
"""A sender's clock may go fast; a date further ahead is a wrong one, and the time of receipt stands (E21)."""


def message_row(arrival: Arrival, now: datetime) -> dict[str, Any]:
    """The columns of one delivery that was taken in at `now`, aware; an unreadable one has no words."""
    item = arrival.item
    common = {
        "account_id": arrival.account_id,
        "channel": item.channel,
        "external_id": storable(item.external_id),
        "correlation_id": arrival.correlation_id,
        "received_at": now,
        "next_try_at": now,
        "raw_sha256": arrival.raw_sha256,
        "raw_size": len(item.raw),
        "attempts": 0,
        "alone": False,
    }
    if not isinstance(item, InboundMessage):
        return common | _NO_CONTENT
    believed = item.sent_at if item.sent_at and item.sent_at <= now + BELIEVED_AHEAD else None
    return common | _content(item) | {"sent_at": believed}


def _content(item: InboundMessage) -> dict[str, Any]:
    return {
        "state": MessageState.RECEIVED if item.waits else MessageState.READY,
        "sent_at": None,
        "sender": text_or_none(item.sender),
        "sender_name": text_or_none(item.sender_name),
        "contacts": [storable(str(urn)) for urn in item.contacts],
        "recipients": [storable(str(urn)) for urn in item.recipients],
        "subject": text_or_none(item.subject),
        "text": storable(item.text),
        "html": text_or_none(item.html),
        "quoted_spans": [list(span) for span in item.quoted_spans],
        "in_reply_to": text_or_none(item.in_reply_to),
        "references": [storable(each) for each in item.references],
        "verdict": item.verdict,
        "private": item.private,
        "hide_identity": item.hide_identity,
        "place": _place(item.place) if item.place else None,
        "external_reference": text_or_none(item.external_reference),
        "headers": {storable(key): storable(value) for key, value in item.headers.items()},
        "reports": [_report(report) for report in item.delivery_reports],
        "charset": text_or_none(item.charset),
        "content_key": text_or_none(item.content_key),
    }


def attachment_row(message_id: int, attachment: Attachment, sha256: str | None) -> dict[str, Any]:
    """The columns of a file; `sha256` is where its content is kept, None while it is missing."""
    return {
        "message_id": message_id,
        "name": storable(attachment.name),
        "media_type": storable(attachment.media_type),
        "size": len(attachment.content or b""),
        "sha256": sha256,
        "inline": attachment.inline,
        "content_id": text_or_none(attachment.content_id),
        "note": text_or_none(attachment.note),
        "source": text_or_none(attachment.source),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        name: storable(value) if isinstance(value, str) else value for name, value in asdict(place).items()
    }


def _report(report: DeliveryReport) -> dict[str, Any]:
    return {
        "state": report.state,
        "gateway_id": text_or_none(report.gateway_id),
        "our_id": text_or_none(report.our_id),
        "recipient": text_or_none(report.recipient),
        "reason": text_or_none(report.reason),
        "permanent": report.permanent,
        "stopped": report.stopped,
    }


def text_or_none(value: object | None) -> str | None:
    """A value as text that can be stored, None where there is none."""
    return storable(str(value)) if value is not None else None


_NO_CONTENT = _content(InboundMessage(channel=Channel.EMAIL, external_id="", text="", raw=b""))
_NO_CONTENT["state"] = MessageState.QUARANTINED
