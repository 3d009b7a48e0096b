"""What a citizen is shown of a delivery and of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from domain.vocabulary import CaseEventKind, Confidentiality
from store.models import Case, CaseEvent, Message, TopicRow, UnitRow

SHOWN = (
    CaseEventKind.OPENED,
    CaseEventKind.SENT_TO_REVIEW,
    CaseEventKind.ASSIGNED,
    CaseEventKind.MESSAGE_ADDED,
    CaseEventKind.STATE_CHANGED,
)
"""What happened that anybody may know; the rest is the desk's own business."""
SHOWN_TO_CITIZENS = (
    *SHOWN,
    CaseEventKind.ANSWERED,
    CaseEventKind.UNIT_ACCEPTED,
    CaseEventKind.UNIT_RETURNED,
    CaseEventKind.UNIT_EXTENDED,
    CaseEventKind.EXTENDED,
    CaseEventKind.PAUSED,
    CaseEventKind.RESUMED,
    CaseEventKind.MERGED,
)
"""What happened that concerns the citizen besides."""


@dataclass(frozen=True, kw_only=True)
class SealedCase:
    """What is needed to see whether somebody knows a case's numbers; `security_number` is ciphertext."""

    id: int
    security_number: str


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """A case as far as its citizen may know it; datetimes are UTC.

    A case that was merged into another stands where that one does: `in_force` is its key. `answer` is what
    its topic tells of who is responsible instead, `contact` how to reach them.
    """

    id: int
    in_force: int
    number: str
    state: str
    subject: str
    topic: str | None
    unit: str
    external: bool
    answer: str | None
    contact: str | None
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    paused_for: str | None
    objected_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SpokenStanding:
    """What the telephone line needs to know of a case, and nothing else."""

    id: int
    state: str
    confidentiality: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a case's history: `unit` is the name of the unit it went to, `state` the state it took,
    `answer` the words it was closed with, `actor` whose doing it was, `detail` what else is known of it."""

    kind: str
    at: datetime
    unit: str | None
    state: str | None
    answer: str | None = None
    actor: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


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

    def sealed(self, number: str) -> SealedCase | None:
        """The case with this application number, or None; one statement either way, and of one row of one
        table, so that finding it takes no longer than not finding it."""
        row = self._session.execute(
            select(col(Case.id), col(Case.security_number)).where(col(Case.number) == number)
        ).one_or_none()
        return SealedCase(**row._mapping) if row else None

    def standing(self, case_id: int) -> CaseStanding | None:
        """How a case stands; None where it is gone, or its people were taken out of it."""
        force = aliased(Case)  # a merged case stands where the one it was merged into stands
        row = self._session.execute(
            select(
                col(Case.id),
                col(force.id).label("in_force"),
                col(Case.number),
                col(force.state),
                col(Case.subject),
                col(TopicRow.name).label("topic"),
                col(UnitRow.name).label("unit"),
                col(UnitRow.external),
                col(TopicRow.answer),
                col(TopicRow.contact),
                col(Case.opened_at),
                col(force.due_at),
                col(force.closed_at),
                col(force.paused_for),
                col(force.objected_at),
            )
            .join(force, stands_for(force))
            .join(UnitRow, col(UnitRow.code) == col(force.unit))
            .outerjoin(TopicRow, col(TopicRow.code) == col(force.topic))
            .where(col(Case.id) == case_id, col(Case.anonymised_at).is_(None))
        ).one_or_none()
        return CaseStanding(**row._mapping) if row else None

    def spoken(self, number: str) -> SpokenStanding | None:
        """What may be weighed for a caller, or None for an unknown number; one statement either way. A merged
        case is as confidential as the more confidential of the two."""
        force = aliased(Case)
        row = self._session.execute(
            select(col(Case.id), col(force.state), more_confidential(force))
            .join(force, stands_for(force))
            .where(col(Case.number) == number)
        ).one_or_none()
        return SpokenStanding(**row._mapping) if row else None

    def history(self, case_id: int, in_force: int | None = None) -> list[Happening]:
        """What happened to a case that concerns its citizen, oldest first; where another one is in its place,
        what has happened to that since."""
        rows = self._events(case_id)
        merged = next((row for row in reversed(rows) if row.kind == CaseEventKind.MERGED), None)
        if merged and in_force not in (None, case_id):
            told = merged.kind, merged.at  # the other one's line of the same merging
            since = [row for row in self._events(in_force or 0) if (row.id or 0) > (merged.id or 0)]
            rows += [row for row in since if (row.kind, row.at) != told]
        names = self._unit_names([row.detail["unit"] for row in rows if row.detail.get("unit")])
        return [_happening(row, names) for row in rows]

    def _events(self, case_id: int) -> list[CaseEvent]:
        statement = select(CaseEvent).where(
            col(CaseEvent.case_id) == case_id, col(CaseEvent.kind).in_(SHOWN_TO_CITIZENS)
        )
        return list(self._session.scalars(statement.order_by(col(CaseEvent.id))))

    def _unit_names(self, codes: Sequence[str]) -> dict[str, str]:
        rows = self._session.execute(
            select(col(UnitRow.code), col(UnitRow.name)).where(col(UnitRow.code).in_(codes))
        )
        return {row.code: row.name for row in rows}


def stands_for(force: type[Case]) -> ColumnElement[bool]:
    """Joins to each case the one in its place: that it was merged into, or itself."""
    return col(force.id) == func.coalesce(col(Case.merged_into), col(Case.id))


def more_confidential(force: type[Case]) -> ColumnElement[str]:
    """The confidentiality of a case and of the one in its place: restricted where one of them is."""
    own = col(Case.confidentiality)
    chosen = case((own == Confidentiality.RESTRICTED, own), else_=col(force.confidentiality))
    return chosen.label("confidentiality")


def _happening(row: CaseEvent, names: Mapping[str, str]) -> Happening:
    return Happening(
        kind=row.kind,
        at=row.at,
        unit=names.get(row.detail.get("unit", "")),
        state=row.detail.get("to"),
        answer=row.detail.get("why") if "answer" in row.detail else None,
        actor=row.actor,
        detail=row.detail,
    )
