"""How a message row becomes the value that `process` works on: only the columns it needs."""

from functools import partial
from typing import Any

from domain.messages import DeliveryReport, InboundMessage, Place
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, Verdict
from store.records import Claimed

COLUMNS = (
    "id, account_id, correlation_id, received_at, attempts, alone, channel, external_id, sender,"
    ' sender_name, contacts, recipients, sent_at, subject, text, quoted_spans, in_reply_to, "references",'
    " place, external_reference, private, hide_identity, verdict, content_key, reports, headers"
)


def claimed(row: Any) -> Claimed:
    """The claimed message in a row of `COLUMNS`. It is read when it is asked for: a row that cannot become a
    value fails whoever handles it, as any poison does, and not whoever claims it."""
    return Claimed(
        id=row.id,
        account_id=row.account_id,
        correlation_id=row.correlation_id,
        received_at=row.received_at,
        attempts=row.attempts,
        alone=row.alone,
        read=partial(_message, row),
    )


def _message(row: Any) -> InboundMessage:
    return InboundMessage(
        channel=Channel(row.channel),
        external_id=row.external_id,
        text=row.text,
        raw=b"",
        sender=Urn.parse(row.sender) if row.sender else None,
        sender_name=row.sender_name,
        contacts=tuple(Urn.parse(each) for each in row.contacts),
        recipients=tuple(Urn.parse(each) for each in row.recipients),
        sent_at=row.sent_at,
        subject=row.subject,
        quoted_spans=tuple((start, end) for start, end in row.quoted_spans),
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        place=Place.stored(row.place) if row.place else None,
        external_reference=row.external_reference,
        private=row.private,
        hide_identity=row.hide_identity,
        verdict=Verdict(row.verdict),
        content_key=row.content_key,
        delivery_reports=tuple(_report(each) for each in row.reports),
        headers=row.headers,
    )


def _report(stored: dict[str, Any]) -> DeliveryReport:
    return DeliveryReport(
        state=DeliveryState(stored["state"]),
        gateway_id=stored["gateway_id"],
        our_id=stored["our_id"],
        recipient=Urn.parse(stored["recipient"]) if stored["recipient"] else None,
        reason=stored["reason"],
        permanent=stored["permanent"],
        stopped=stored["stopped"],
    )
