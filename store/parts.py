"""Parts of long messages, kept until the others have come (S4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from domain.messages import InboundMessage
from domain.text import storable
from store.bulk import insert_missing
from store.models import MessagePart
from store.records import Arrival


@dataclass(frozen=True, kw_only=True, order=True)
class PartKey:
    """Which parts may belong together: the reference is the sender's own and comes round again."""

    account_id: int
    sender: str
    reference: int
    total: int


class PartRepository:
    """Rows of parts. A part belongs to a message as soon as there is one, and stays for who looks back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> list[PartKey]:
        """Store the parts that are new; returns which messages they may be of, sorted. A second delivery is
        recognised by (account, external id)."""
        rows = [row for arrival in arrivals if (row := _row(arrival, now))]
        if not rows:
            return []
        unique = {(row["account_id"], row["external_id"]): row for row in rows}
        found = insert_missing(
            self._session,
            MessagePart,
            list(unique.values()),
            unique="one_row_per_part",
            returning="account_id, sender, reference_number, total",
        )
        return sorted({_key(*tuple(row)) for row in found})

    def of(self, key: PartKey, since: datetime) -> list[MessagePart]:
        """The parts under a key in the order they came: those that wait, and whatever came since then."""
        statement = select(MessagePart).where(
            col(MessagePart.account_id) == key.account_id,
            col(MessagePart.sender) == key.sender,
            col(MessagePart.reference_number) == key.reference,
            col(MessagePart.total) == key.total,
            or_(col(MessagePart.message_id).is_(None), col(MessagePart.received_at) >= since),
        )
        return list(self._session.scalars(statement.order_by(col(MessagePart.id))))

    def belong_to(self, part_ids: Sequence[int], message_id: int) -> None:
        """Record which message the parts have gone into."""
        self._session.execute(
            update(MessagePart).where(col(MessagePart.id).in_(part_ids)).values(message_id=message_id)
        )

    def overdue(self, now: datetime, limit: int) -> list[PartKey]:
        """Under which keys parts have waited long enough for others, sorted; so many at most."""
        statement = (
            select(
                col(MessagePart.account_id),
                col(MessagePart.sender),
                col(MessagePart.reference_number),
                col(MessagePart.total),
            )
            .where(col(MessagePart.message_id).is_(None), col(MessagePart.due_at) <= now)
            .distinct()
            .limit(limit)
        )
        return sorted(_key(*row) for row in self._session.execute(statement))


def text_of(part: MessagePart) -> str:
    """The text of a part; it may begin or end with half a letter."""
    return str(json.loads(part.content))


def _key(account_id: int, sender: str, reference: int, total: int) -> PartKey:
    return PartKey(account_id=account_id, sender=sender, reference=reference, total=total)


def _row(arrival: Arrival, now: datetime) -> dict[str, object] | None:
    item = arrival.item
    if not isinstance(item, InboundMessage) or item.part is None:
        return None
    return {
        "account_id": arrival.account_id,
        "channel": item.channel,
        "external_id": storable(item.external_id),
        "sender": storable(str(item.sender or "")),
        "recipients": [storable(str(urn)) for urn in item.recipients],
        "reference_number": item.part.reference,
        "total": item.part.total,
        "number": item.part.number,
        "content": json.dumps(item.text),
        "charset": item.charset,
        "received_at": now,
        "due_at": now + item.part.wait,
        "raw_sha256": arrival.raw_sha256,
        "raw_size": len(item.raw),
    }
