"""What a citizen is shown of a delivery and of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from domain.vocabulary import CaseEventKind, Confidentiality
from store.models import Case, CaseEvent, Message, UnitRow

SHOWN = (
    CaseEventKind.OPENED,
    CaseEventKind.SENT_TO_REVIEW,
    CaseEventKind.ASSIGNED,
    CaseEventKind.MESSAGE_ADDED,
    CaseEventKind.STATE_CHANGED,
)
"""What happened that concerns the citizen; the rest is the desk's own business."""


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """A case as far as its citizen may know it. `security_number` is ciphertext, datetimes are UTC."""

    id: int
    number: str
    security_number: str
    state: str
    subject: str
    unit: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SpokenStanding:
    """What the telephone line needs to know of a case, and nothing else."""

    state: str
    due_at: datetime
    confidentiality: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a case's history: `unit` is the name of the unit it went to, `state` the state it took,
    `answer` the words it was closed with."""

    kind: str
    at: datetime
    unit: str | None
    state: str | None
    answer: str | None = None


class StatusRepository:
    """Answers the received page and the status page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def number_of_delivery(self, account_id: int, external_id: str) -> str | None:
        """The application number of the case that a delivery became, or None so far."""
        return self._session.scalar(
            select(col(Case.number))
            .join(Message, col(Message.case_id) == col(Case.id))
            .where(col(Message.account_id) == account_id, col(Message.external_id) == external_id)
        )

    def standing(self, number: str) -> CaseStanding | None:
        """The case with this application number, or None; one statement either way."""
        force = aliased(Case)  # a merged case stands where the one it was merged into stands
        row = self._session.execute(
            select(
                col(Case.id),
                col(Case.number),
                col(Case.security_number),
                col(force.state),
                col(Case.subject),
                col(UnitRow.name).label("unit"),
                col(Case.opened_at),
                col(force.due_at),
                col(force.closed_at),
            )
            .join(force, col(force.id) == func.coalesce(col(Case.merged_into), col(Case.id)))
            .join(UnitRow, col(UnitRow.code) == col(force.unit))
            .where(col(Case.number) == number)
        ).one_or_none()
        return CaseStanding(**row._mapping) if row else None

    def spoken(self, number: str) -> SpokenStanding | None:
        """What may be weighed for a caller, or None for an unknown number; one statement either way. A merged
        case is as confidential as the more confidential of the two."""
        force = aliased(Case)
        restricted = Confidentiality.RESTRICTED
        row = self._session.execute(
            select(
                col(force.state),
                col(force.due_at),
                case(
                    (col(Case.confidentiality) == restricted, col(Case.confidentiality)),
                    else_=col(force.confidentiality),
                ).label("confidentiality"),
            )
            .join(force, col(force.id) == func.coalesce(col(Case.merged_into), col(Case.id)))
            .where(col(Case.number) == number)
        ).one_or_none()
        return SpokenStanding(**row._mapping) if row else None

    def history(self, case_id: int) -> list[Happening]:
        """What happened to a case that concerns its citizen, oldest first."""
        rows = self._session.execute(
            select(col(CaseEvent.kind), col(CaseEvent.at), col(CaseEvent.detail))
            .where(col(CaseEvent.case_id) == case_id, col(CaseEvent.kind).in_(SHOWN))
            .order_by(col(CaseEvent.id))
        ).all()
        names = self._unit_names([row.detail["unit"] for row in rows if row.detail.get("unit")])
        return [
            Happening(
                kind=row.kind,
                at=row.at,
                unit=names.get(row.detail.get("unit", "")),
                state=row.detail.get("to"),
                answer=row.detail.get("why") if "answer" in row.detail else None,
            )
            for row in rows
        ]

    def _unit_names(self, codes: Sequence[str]) -> dict[str, str]:
        rows = self._session.execute(
            select(col(UnitRow.code), col(UnitRow.name)).where(col(UnitRow.code).in_(codes))
        )
        return {row.code: row.name for row in rows}
