"""What a citizen whose phone is proven sees of their own cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, any_, exists, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from store.models import Case, Contact, Message, TopicRow, UnitRow
from store.status import more_confidential, stands_for


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """One case of theirs; datetimes are UTC. One that was merged stands where the other does: `in_force` is
    that one's key, and it is as confidential as the more confidential of the two."""

    id: int
    in_force: int
    number: str
    state: str
    confidentiality: str
    subject: str
    topic: str | None
    unit: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None


class CitizenCaseRepository:
    """Cases that an address has a part in: its owner's, with a message that came from it or names it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_address(self, urn: str, limit: int, offset: int) -> list[OwnCase]:
        """The newest first."""
        newest = _of(urn).order_by(col(Case.opened_at).desc(), col(Case.id).desc())
        return _cases(self._session.execute(newest.limit(limit).offset(offset)).all())

    def one(self, urn: str, number: str) -> OwnCase | None:
        """The case with this number, if it is one of theirs."""
        found = _cases(self._session.execute(_of(urn).where(col(Case.number) == number)).all())
        return found[0] if found else None


def _of(urn: str) -> Select[*tuple[Any, ...]]:
    owner = select(col(Contact.citizen_id)).where(col(Contact.urn) == urn).scalar_subquery()
    named = exists().where(
        col(Message.case_id) == col(Case.id),
        or_(col(Message.sender) == urn, literal(urn) == any_(col(Message.contacts))),
    )
    force = aliased(Case)
    return (
        select(
            col(Case.id),
            col(force.id).label("in_force"),
            col(Case.number),
            col(force.state),
            more_confidential(force),
            col(Case.subject),
            col(TopicRow.name).label("topic"),
            col(UnitRow.name).label("unit"),
            col(Case.opened_at),
            col(force.due_at),
            col(force.closed_at),
        )
        .join(force, stands_for(force))
        .join(UnitRow, col(UnitRow.code) == col(force.unit))
        .outerjoin(TopicRow, col(TopicRow.code) == col(force.topic))
        .where(col(Case.citizen_id) == owner, named)
    )


def _cases(rows: Sequence[Any]) -> list[OwnCase]:
    return [OwnCase(**row._mapping) for row in rows]
