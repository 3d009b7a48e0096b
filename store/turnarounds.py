"""How long cases of each topic really took, and what that says of single cases."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, text
from sqlmodel import Session, col

from domain.expectation import EVERYWHERE, Running
from store.models import Turnaround

_DAY = "CAST({} AT TIME ZONE 'Europe/Istanbul' AS date)"
_MEASURE = text(
    "WITH calendar AS MATERIALIZED"  # noqa: S608 - every name in it is the program's own
    " (SELECT day, nth FROM unnest(CAST(:days AS date[]), CAST(:nths AS int[])) AS c(day, nth)),"
    " solved AS (SELECT c.topic, c.district, closed.nth - opened.nth AS days FROM cases c"
    f" JOIN calendar closed ON closed.day = {_DAY.format('c.closed_at')}"
    f" JOIN calendar opened ON opened.day = greatest({_DAY.format('c.opened_at')}, :first)"
    " WHERE c.closed_at >= :since AND c.closed_at < :now AND c.closed_at > c.opened_at"
    " AND c.merged_into IS NULL AND c.topic IS NOT NULL)"
    " INSERT INTO turnarounds (topic, district, cases, working_days, measured_at)"
    f" SELECT topic, coalesce(district, '{EVERYWHERE}'), count(*),"
    " percentile_disc(:share) WITHIN GROUP (ORDER BY days), :now FROM solved"
    " GROUP BY GROUPING SETS ((topic), (topic, district))"
    " HAVING count(*) >= :least AND (grouping(district) = 1 OR district IS NOT NULL)"
)
_MOVED = (
    "EXISTS (SELECT FROM case_events e WHERE e.case_id = t.id"
    " AND e.kind IN ('extended', 'unit_extended', 'resumed'))"
)
"""Whoever was given another time was told of it, or will be; experience of others says nothing of it."""
_RUNNING = text(
    f"SELECT c.id, c.opened_at, t.due_at, CASE WHEN t.paused_at IS NULL AND NOT {_MOVED} THEN"  # noqa: S608
    f" (SELECT working_days FROM turnarounds u WHERE u.topic = t.topic AND u.district IN ('{EVERYWHERE}',"
    " t.district) ORDER BY u.district DESC LIMIT 1) END AS usual_days"
    " FROM cases c JOIN cases t ON t.id = coalesce(c.merged_into, c.id) WHERE c.id = ANY(:ids)"
)
"""A merged case stands where the one it was merged into stands; its district is measured before the city."""
_ALONE = text("LOCK TABLE turnarounds IN EXCLUSIVE MODE")
"""Against another measuring at the same time; whoever reads goes on reading."""
_TIME = text("SET LOCAL statement_timeout = '5min'")
"""Nobody waits for it."""


class TurnaroundRepository:
    """Measures topics, and tells cases by them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def measure(
        self, calendar: Mapping[date, int], since: datetime, now: datetime, *, share: float, least: int
    ) -> None:
        """Put what is measured in place of what was: of each topic with at least so many cases closed since
        then, the working days within which that share of them was.

        `calendar` counts working days from its first day to today; what was opened before is taken as opened
        on that day. What was answered at once and what was merged is nobody's work, and left out.
        """
        self._session.execute(_TIME)
        self._session.execute(_ALONE)
        self._session.execute(delete(Turnaround))
        given = {"days": list(calendar), "nths": list(calendar.values()), "first": min(calendar)}
        self._session.execute(_MEASURE, {**given, "since": since, "now": now, "share": share, "least": least})

    def running(self, ids: Collection[int]) -> dict[int, Running]:
        """The times of these cases, and what experience says of them."""
        rows = self._session.execute(_RUNNING, {"ids": list(ids)})
        return {
            row.id: Running(opened_at=row.opened_at, due_at=row.due_at, usual_days=row.usual_days)
            for row in rows
        }

    def of_topic(self, topic: str) -> Sequence[Turnaround]:
        """What is measured of a topic: the whole city first, then its districts."""
        statement = select(Turnaround).where(col(Turnaround.topic) == topic)
        return self._session.scalars(statement.order_by(col(Turnaround.district))).all()
