"""The time of cases: whose citizens and whose units must be told, each claimed by whoever tells them.

What is claimed stays locked until the transaction ends, and what another clock has locked is passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from config.taxonomy import DESK_UNIT
from domain.vocabulary import Stage
from store.bulk import insert_missing
from store.models import Reminder
from store.models.cases import FOR_48_HOURS, TO_BE_WATCHED, WATCHED

_STILL_OPEN = text(  # every name in these statements is the program's own
    f"WITH due AS MATERIALIZED (SELECT id FROM cases WHERE {FOR_48_HOURS} AND opened_at <= :before"  # noqa: S608
    "  ORDER BY opened_at LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " UPDATE cases SET forwarded_notice_at = :now FROM due WHERE cases.id = due.id"
    f" AND {FOR_48_HOURS} RETURNING cases.id, cases.unit, cases.confidentiality"
)
_COLUMNS = (
    "id, unit, state, coalesce(objected_at, opened_at) AS began_at, due_at, watch_at, reminded_at,"
    " escalated_at"
)
_TO_BE_WATCHED = text(
    f"SELECT {_COLUMNS} FROM cases WHERE {TO_BE_WATCHED} ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED"  # noqa: S608
)
_DUE = text(
    f"SELECT {_COLUMNS} FROM cases WHERE {WATCHED} AND watch_at <= :now AND watched_due_at = due_at"  # noqa: S608
    " ORDER BY watch_at, id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_WATCH = text(
    "UPDATE cases SET watch_at = next.at, watched_due_at = cases.due_at"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[])) AS next(id, at)"
    " WHERE cases.id = next.id"
)
_TOLD = {
    column: text(f"UPDATE cases SET {column} = :now WHERE id = ANY(:ids)")  # noqa: S608
    for column in ("reminded_at", "escalated_at")
}
_ANSWERED = text(
    "SELECT c.id, e.at FROM cases c CROSS JOIN LATERAL (SELECT min(at) AS at FROM case_events"
    "  WHERE case_id = c.id AND at > c.paused_at AND kind = 'message_added') AS e"
    " WHERE c.paused_at IS NOT NULL AND c.paused_for = 'question' AND e.at IS NOT NULL"
    " AND c.state NOT IN ('resolved', 'rejected') ORDER BY c.paused_at LIMIT :limit"
)
_END_CLOSED = text(
    "UPDATE cases SET paused_at = NULL, paused_for = NULL"
    " WHERE paused_at IS NOT NULL AND state IN ('resolved', 'rejected')"
)
_OF_RUN = text(
    "SELECT r.stage, r.step, c.id, c.number, c.confidentiality, c.topic, c.district, c.neighbourhood, "
    " c.due_at, c.unit"
    " FROM reminders r JOIN cases c ON c.id = r.case_id"
    " WHERE r.unit = :unit AND r.at = :at AND c.state NOT IN ('resolved', 'rejected') AND c.paused_at IS NULL"
    " AND CASE r.stage WHEN 'unaccepted' THEN c.accepted_at IS NULL AND c.unit = r.unit"
    "  WHEN 'escalated' THEN c.due_at = r.due_at"
    "  ELSE c.due_at = r.due_at AND r.unit IN (c.unit, :desk) END"
    " ORDER BY c.priority <> 'life_safety', c.due_at, c.id"
)


@dataclass(frozen=True, kw_only=True)
class StillOpen:
    """A case whose citizen must be told that it is in work."""

    id: int
    unit: str
    confidentiality: str


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A case whose time is looked at. It `began_at` its opening, or when its citizen objected; `watch_at` is
    when the look was due. Datetimes are UTC."""

    id: int
    unit: str
    state: str
    began_at: datetime
    due_at: datetime
    watch_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class NewReminder:
    """That a unit is told, in the run of `at`, of a stage of a case's due time."""

    case_id: int
    due_at: datetime
    stage: Stage
    step: int
    unit: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """One open case that a unit is told of in a run."""

    stage: str
    step: int
    id: int
    number: str
    confidentiality: str
    topic: str | None
    district: str | None
    neighbourhood: str | None
    due_at: datetime
    unit: str


class DeadlineRepository:
    """Claims cases by the time that has passed, and keeps what units were told of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim_still_open(self, before: datetime, now: datetime, limit: int) -> list[StillOpen]:
        """Mark cases opened before then, oldest first, whose citizens have not heard of the unit's work."""
        rows = self._session.execute(_STILL_OPEN, {"before": before, "now": now, "limit": limit})
        return [StillOpen(**row._mapping) for row in rows]

    def to_be_watched(self, limit: int) -> list[Watched]:
        """Some cases for whose due time nobody has worked out when to tell their units."""
        return [Watched(**row._mapping) for row in self._session.execute(_TO_BE_WATCHED, {"limit": limit})]

    def due(self, now: datetime, limit: int) -> list[Watched]:
        """Some cases of whose time somebody must be told now, those that wait longest first."""
        return [Watched(**row._mapping) for row in self._session.execute(_DUE, {"now": now, "limit": limit})]

    def watch(self, following: Mapping[int, datetime | None]) -> None:
        """When cases that the caller holds must be looked at next, None for never."""
        given = {"ids": list(following), "at": list(following.values())}
        self._session.execute(_WATCH, given)

    def told(self, reminders: Sequence[NewReminder], now: datetime) -> None:
        """Keep which units are told of which stages of cases that the caller holds."""
        rows = [vars(each) for each in reminders]
        if rows:
            insert_missing(self._session, Reminder, rows, unique="one_reminder_a_stage", returning="id")
        over = {each.case_id for each in reminders if each.stage in (Stage.OVERDUE, Stage.ESCALATED)}
        near = {each.case_id for each in reminders if each.stage is not Stage.UNACCEPTED} - over
        for column, ids in (("reminded_at", near), ("escalated_at", over)):
            if ids:
                self._session.execute(_TOLD[column], {"ids": list(ids), "now": now})

    def answered(self, limit: int) -> dict[int, datetime]:
        """Some paused cases whose citizens wrote since they were asked, and when they did first."""
        rows = self._session.execute(_ANSWERED, {"limit": limit})
        return {row.id: row.at for row in rows}

    def end_pauses_of_closed(self) -> None:
        """Forget that cases were paused which are closed by now: should they be opened again, time runs."""
        self._session.execute(_END_CLOSED)

    def of_run(self, unit: str, at: datetime) -> list[Told]:
        """What a unit is told in one run of the sweep, as far as it still holds: of open cases that are still
        with it, and whose time runs and is what it was. Danger to life first."""
        given = {"unit": unit, "at": at, "desk": DESK_UNIT}
        return [Told(**row._mapping) for row in self._session.execute(_OF_RUN, given)]
