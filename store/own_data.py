"""What the desk keeps of one person, as that person may have it (law 6698, art. 11): nothing of others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from store.models import Case, Contact, Message, NotificationRow, Rating, TopicRow, UnitRow

_AT_ONCE = 200
_OWN = text(
    "SELECT id FROM messages WHERE sender = ANY(:urns) UNION SELECT first.id FROM cases c CROSS JOIN LATERAL"
    " (SELECT id, sender FROM messages WHERE case_id = c.id ORDER BY id LIMIT 1) AS first"
    " WHERE c.citizen_id = ANY(:citizens) AND (first.sender IS NULL OR first.sender LIKE 'fax:%') ORDER BY 1"
)
"""What came from their addresses, and what opened a case of theirs and came from nobody's."""


@dataclass(frozen=True, kw_only=True)
class OwnCaseFile:
    """One case of theirs; `id` and `in_force` are for looking further, datetimes are UTC."""

    id: int
    in_force: int
    number: str
    channel: str
    kind: str
    topic: str | None
    unit: str
    state: str
    subject: str
    district: str | None
    neighbourhood: str | None
    place: dict[str, Any] | None
    external_reference: str | None
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None


class OwnDataRepository:
    """Reads everything of one person, a few rows at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def contacts(self, citizens: Sequence[int]) -> list[Contact]:
        """Their addresses."""
        theirs = select(Contact).where(col(Contact.citizen_id).in_(citizens)).order_by(col(Contact.id))
        return list(self._session.scalars(theirs))

    def cases(self, citizens: Sequence[int]) -> list[OwnCaseFile]:
        """Their cases, the oldest first."""
        same = [
            "id", "number", "channel", "kind", "state", "subject", "district", "neighbourhood", "place",
            "external_reference", "opened_at", "due_at", "closed_at",
        ]  # fmt: skip
        rows = self._session.execute(
            select(
                *(col(getattr(Case, name)) for name in same),
                col(Case.merged_into),
                col(TopicRow.name).label("topic"),
                col(UnitRow.name).label("unit"),
            )
            .join(UnitRow, col(UnitRow.code) == col(Case.unit))
            .outerjoin(TopicRow, col(TopicRow.code) == col(Case.topic))
            .where(col(Case.citizen_id).in_(citizens))
            .order_by(col(Case.id))
        )
        return [_case(dict(row._mapping)) for row in rows]

    def messages(self, citizens: Sequence[int], urns: Sequence[str]) -> Iterator[Message]:
        """What they sent, the oldest first."""
        given = {"citizens": list(citizens), "urns": list(urns)}
        ids = list(self._session.scalars(_OWN, given))
        for start in range(0, len(ids), _AT_ONCE):
            some = select(Message).where(col(Message.id).in_(ids[start : start + _AT_ONCE]))
            yield from self._session.scalars(some.order_by(col(Message.id)))

    def notices(self, urns: Sequence[str]) -> list[NotificationRow]:
        """What was sent to them, the oldest first."""
        theirs = select(NotificationRow).where(
            col(NotificationRow.recipient).in_(urns), col(NotificationRow.sent_at).is_not(None)
        )
        return list(self._session.scalars(theirs.order_by(col(NotificationRow.id))))

    def ratings(self, cases: Sequence[int]) -> list[Rating]:
        """How they found the service."""
        theirs = select(Rating).where(col(Rating.case_id).in_(cases)).order_by(col(Rating.id))
        return list(self._session.scalars(theirs))


def _case(row: dict[str, Any]) -> OwnCaseFile:
    merged = row.pop("merged_into")
    return OwnCaseFile(**row, in_force=merged or row["id"])
