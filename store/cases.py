"""Cases and their append-only history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from domain.cases import CLOSED, may_become
from domain.errors import PermanentError
from domain.numbers import application_number
from domain.vocabulary import CaseEventKind, CaseState
from store.bulk import copy_rows, draw, next_ids
from store.models import Case, CaseEvent, Message
from store.records import KnownCase

_KNOWN = (
    col(Case.id),
    col(Case.number),
    col(Case.state),
    col(Case.citizen_id),
    col(Case.unit),
    col(Case.merged_into),
    col(Case.priority),
    col(Case.confidentiality),
    col(Case.due_at),
    col(Case.anonymised_at),
)


class CaseRepository:
    """Opens cases, finds them, and writes their history."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def new_ids(self, count: int) -> list[int]:
        """Keys for cases that are about to be opened."""
        return next_ids(self._session, Case, count)

    def new_numbers(self, year: int, count: int) -> list[str]:
        """Application numbers never given before. Gaps are allowed, so a sequence serves, without a lock."""
        drawn = draw(self._session, _sequence(year), count)
        if drawn is None:
            self.prepare_numbers(year)
            drawn = draw(self._session, _sequence(year), count)
        return [application_number(year, number) for number in drawn or ()]

    def prepare_numbers(self, year: int) -> None:
        """Make the year's sequence unless it is there; two who come at once wait for one another."""
        sequence = _sequence(year)
        self._session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": sequence})
        self._session.execute(text(f"CREATE SEQUENCE IF NOT EXISTS {sequence}"))

    def open_many(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add cases; every row names every column of a fresh case."""
        copy_rows(self._session, Case, rows)

    def record(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add lines of history: `case_id, at, actor, kind, detail`."""
        copy_rows(self._session, CaseEvent, rows)

    def by_number(self, number: str) -> Case | None:
        """The case with this application number, or None."""
        return self._session.scalars(select(Case).where(col(Case.number) == number)).one_or_none()

    def get(self, case_id: int) -> Case | None:
        """The case, or None."""
        return self._session.get(Case, case_id)

    def known(self, numbers: Sequence[str]) -> dict[str, KnownCase]:
        """What follow-ups need to know of the cases with these numbers."""
        rows = self._session.execute(select(*_KNOWN).where(col(Case.number).in_(numbers)))
        return {row.number: KnownCase(**row._mapping) for row in rows}

    def known_by_id(self, case_ids: Sequence[int]) -> dict[int, KnownCase]:
        """The same by key."""
        rows = self._session.execute(select(*_KNOWN).where(col(Case.id).in_(case_ids)))
        return {row.id: KnownCase(**row._mapping) for row in rows}

    def known_and_held(self, case_ids: Sequence[int]) -> dict[int, KnownCase]:
        """The same; nobody who locks them moves them until the transaction ends. It is the lock that their
        lines of history need anyway, taken before those of notices, as by whoever moves a case."""
        statement = select(*_KNOWN).where(col(Case.id).in_(case_ids)).order_by(col(Case.id))
        rows = self._session.execute(statement.with_for_update(read=True, key_share=True))
        return {row.id: KnownCase(**row._mapping) for row in rows}

    def addresses_of(self, case_ids: Sequence[int]) -> dict[int, set[str]]:
        """The addresses that each case was opened from: its first message's sender and what it named."""
        statement = (
            select(col(Message.case_id), col(Message.sender), col(Message.contacts))
            .where(col(Message.case_id).in_(case_ids))
            .ext(distinct_on(col(Message.case_id)))
            .order_by(col(Message.case_id), col(Message.id))
        )
        return {
            case_id: {*contacts, *([sender] if sender else [])}
            for case_id, sender, contacts in self._session.execute(statement)
        }

    def history(self, case_id: int) -> list[CaseEvent]:
        """Everything that happened to a case, oldest first."""
        statement = select(CaseEvent).where(col(CaseEvent.case_id) == case_id).order_by(col(CaseEvent.id))
        return list(self._session.scalars(statement))

    def has_line(self, case_id: int, kind: CaseEventKind, detail: Mapping[str, object]) -> bool:
        """Whether the case's history holds such a line with at least this detail."""
        mine = exists().where(
            col(CaseEvent.case_id) == case_id,
            col(CaseEvent.kind) == kind,
            col(CaseEvent.detail).contains(detail),
        )
        return bool(self._session.scalar(select(mine)))

    def move(
        self, case_id: int, current: CaseState, wanted: CaseState, *, actor: str, why: str, now: datetime
    ) -> bool:
        """Step a case from the state it is expected in; False when it is not there any more.

        A step that closes it sets `closed_at`, any other one clears it. Raises PermanentError for a step that
        no case may take.
        """
        if not may_become(current, wanted):
            raise PermanentError(f"a case cannot become {wanted} from {current}")
        moved = self._session.execute(
            update(Case)
            .where(col(Case.id) == case_id, col(Case.state) == current)
            .values(state=wanted, closed_at=now if wanted in CLOSED else None)
        )
        if not moved.rowcount:  # type: ignore[attr-defined]
            return False
        detail = {"from": current, "to": wanted, "why": why}
        self._session.add(
            CaseEvent(case_id=case_id, at=now, actor=actor, kind=CaseEventKind.STATE_CHANGED, detail=detail)
        )
        return True

    def locked(self, case_ids: Sequence[int]) -> list[Case]:
        """These cases; nobody else changes them until the transaction ends."""
        statement = select(Case).where(col(Case.id).in_(case_ids)).order_by(col(Case.id)).with_for_update()
        return list(self._session.scalars(statement))

    def change(self, case: Case, columns: Mapping[str, Any]) -> None:
        """Give a locked case these columns. Another unit has accepted nothing yet."""
        if columns.get("unit", case.unit) != case.unit:
            case.accepted_at, case.acceptance_at, case.acceptance_unit = None, None, None
        for name, value in columns.items():
            setattr(case, name, value)
        self._session.add(case)
        self._session.flush()

    def settle(self, case: Case, columns: Mapping[str, Any]) -> None:
        """Give a locked case these columns as a person decided, and take it out of its reviewer's hand."""
        case.reviewer, case.claimed_at, case.claimed_until = None, None, None
        self.change(case, columns)

    def merge(self, case: Case, target: Case, now: datetime) -> None:
        """Close a case and point it at another, which takes the earlier dates and what was merged before."""
        self._session.execute(
            update(Case).where(col(Case.merged_into) == case.id).values(merged_into=target.id)
        )
        case.merged_into = target.id
        if CaseState(case.state) not in CLOSED:
            case.state, case.closed_at = CaseState.RESOLVED, now
        for name in ("promised_at", "legal_due_at", "due_at"):
            setattr(target, name, min(getattr(case, name), getattr(target, name)))
        self._session.add_all([case, target])
        self._session.flush()

    def merged_with(self, target_id: int) -> list[Case]:
        """The cases that were merged into this one; nobody else changes them until the transaction ends."""
        mine = select(Case).where(col(Case.merged_into) == target_id)
        return list(self._session.scalars(mine.order_by(col(Case.id)).with_for_update()))

    def unmerge(self, case: Case, was: CaseState) -> None:
        """Part a merged case again. One that `was` closed before stays so; any other is open, and waits for a
        person where it did before."""
        case.merged_into = None
        if was not in CLOSED:
            case.closed_at, case.state = None, CaseState.REOPENED
            case.needs_review = case.needs_review or was is CaseState.IN_REVIEW
        self._session.add(case)
        self._session.flush()

    def sealed(self, after: int, limit: int) -> list[tuple[int, str, str]]:
        """(id, number, ciphertext of the security number) of the cases that follow this id."""
        rows = self._session.execute(
            select(col(Case.id), col(Case.number), col(Case.security_number))
            .where(col(Case.id) > after)
            .order_by(col(Case.id))
            .limit(limit)
        )
        return [(row.id, row.number, row.security_number) for row in rows]

    def reseal(self, ciphertexts: Mapping[int, str]) -> None:
        """Store the same security numbers under another key, by case."""
        self._session.execute(
            text(
                "UPDATE cases SET security_number = fresh.sealed"
                " FROM unnest(CAST(:ids AS bigint[]), CAST(:sealed AS text[])) AS fresh(id, sealed)"
                " WHERE cases.id = fresh.id"
            ),
            {"ids": list(ciphertexts), "sealed": list(ciphertexts.values())},
        )

    def count(self) -> int:
        """How many cases there are."""
        return int(self._session.scalar(select(func.count()).select_from(Case)) or 0)


def _sequence(year: int) -> str:
    return f"case_number_{year:d}"
