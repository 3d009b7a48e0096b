"""What the staff's intake asks: a caller's earlier cases, and what became of a delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from domain.text import storable
from domain.vocabulary import CaseEventKind
from store.models import Case, CaseEvent, Contact, Message, TopicRow, UnitRow
from store.status import more_confidential, stands_for


@dataclass(frozen=True, kw_only=True)
class EarlierCase:
    """A case of a citizen, as far as staff may be shown it. Datetimes are UTC."""

    id: int
    number: str
    state: str
    topic: str | None
    unit: str
    confidentiality: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryCase:
    """The case that a delivery became or joined; `opened` says that it was opened by this very delivery.
    `security_number` is ciphertext, `printed_at` is when its slip was made; datetimes are UTC."""

    id: int
    number: str
    opened: bool
    opened_at: datetime
    security_number: str
    printed_at: datetime | None


class IntakeRepository:
    """Answers the staff's intake pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cases_of_address(self, urn: str, most: int) -> Sequence[EarlierCase]:
        """The newest cases of the citizen whom this very address is proven to belong to. One that was merged
        stands where the other does: callers would be told that it is closed."""
        force = aliased(Case)
        rows = self._session.execute(
            select(
                col(Case.id),
                col(Case.number),
                col(force.state),
                col(TopicRow.name).label("topic"),
                col(UnitRow.name).label("unit"),
                more_confidential(force),
                col(Case.opened_at),
            )
            .join(Contact, col(Contact.citizen_id) == col(Case.citizen_id))
            .join(force, stands_for(force))
            .join(UnitRow, col(UnitRow.code) == col(force.unit))
            .outerjoin(TopicRow, col(TopicRow.code) == col(force.topic))
            .where(col(Contact.urn) == urn)
            .order_by(col(Case.id).desc())
            .limit(most)
        )
        return [EarlierCase(**row._mapping) for row in rows]

    def case_of_delivery(self, account_id: int, external_id: str) -> DeliveryCase | None:
        """The case of a delivery, or None while there is none."""
        row = self._session.execute(
            select(
                col(Message.id),
                col(Case.id),
                col(Case.number),
                col(Case.opened_at),
                col(Case.security_number),
            )
            .join(Case, col(Case.id) == col(Message.case_id))
            .where(col(Message.account_id) == account_id, col(Message.external_id) == storable(external_id))
        ).one_or_none()
        if row is None:
            return None
        message_id, case_id, number, opened_at, sealed = row
        events = self._events(case_id)
        openings = [e.detail.get("message") for e in events if e.kind == CaseEventKind.OPENED]
        prints = [e.at for e in events if e.kind == CaseEventKind.SLIP_PRINTED]
        return DeliveryCase(
            id=case_id,
            number=number,
            opened=message_id in openings,
            opened_at=opened_at,
            security_number=sealed,
            printed_at=prints[0] if prints else None,
        )

    def _events(self, case_id: int) -> Sequence[CaseEvent]:
        kinds = (CaseEventKind.OPENED, CaseEventKind.SLIP_PRINTED)
        statement = select(CaseEvent).where(col(CaseEvent.case_id) == case_id, col(CaseEvent.kind).in_(kinds))
        return self._session.scalars(statement.order_by(col(CaseEvent.id))).all()
