"""The months up to a report's own, each as it stood at its end: what was opened and solved is counted for the
unit that had it at that end, what is open for the unit it was with at each moment.

Needs the tables of `store.month_tables`. `:bounds` are the months' ends; month 0 is all time before.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from store.month_pauses import STOOD_STILL
from store.month_tables import SAYS_UNIT, UNIT_SAID, WAS_DUE

_BOUNDS = "CAST(:bounds AS timestamptz[])"
_MOVES = (
    "CREATE TEMP TABLE month_moves ON COMMIT DROP AS WITH said AS"  # noqa: S608
    f" (SELECT case_id, id, at, {UNIT_SAID} AS unit FROM case_events"
    f" JOIN month_odd USING (case_id) WHERE at < :until AND {SAYS_UNIT}),"
    " compared AS (SELECT *, lag(unit) OVER (PARTITION BY case_id ORDER BY at, id) AS before FROM said),"
    " moved AS (SELECT DISTINCT case_id FROM compared WHERE unit <> before)"
    " SELECT case_id, unit, before, CASE WHEN before IS NULL THEN '-infinity' ELSE at END AS at,"
    " lead(at) OVER (PARTITION BY case_id ORDER BY at, id) AS left_at"
    " FROM compared JOIN moved USING (case_id) WHERE before IS NULL OR unit <> before"
)
"""Each unit that a case was with, from when and until when; only of cases that were with several."""
_DUE_THEN = f"coalesce({WAS_DUE.format(case='h.case_id', moment='h.month_end')}, c.due_now)"
_STOOD_STILL = STOOD_STILL.format(case="h.case_id", due=_DUE_THEN, legal="c.legal_due_at", moment="h.at")
_POINTS = (
    "CREATE TEMP TABLE month_points ON COMMIT DROP AS WITH points AS"  # noqa: S608
    " (SELECT id AS case_id, opened_at AS at, 1 AS balance, 1 AS opened, false AS closed,"
    " CAST(NULL AS timestamptz) AS reopened_at FROM month_cases"
    " UNION ALL SELECT case_id, closed_at, -1, 0, true, reopened_at FROM month_turns"
    " UNION ALL SELECT case_id, reopened_at, 1, 0, false, NULL FROM month_turns"
    " WHERE reopened_at IS NOT NULL),"
    f" dated AS (SELECT *, width_bucket(at, {_BOUNDS}) AS month FROM points),"
    f" ended AS (SELECT *, ({_BOUNDS})[month + 1] AS month_end FROM dated),"
    " held AS (SELECT *, closed AND (reopened_at IS NULL OR reopened_at >= month_end) AS solved FROM ended)"
    " SELECT h.case_id, h.at, h.month, h.month_end, h.balance, h.opened, CAST(h.solved AS int) AS solved,"
    f" CAST(h.solved AND (h.at <= {_DUE_THEN} OR {_STOOD_STILL}) AS int) AS in_time, c.unit"
    " FROM held h JOIN month_cases c ON c.id = h.case_id"
)
"""Each time a case was opened, closed or opened again."""
_OPEN_BEFORE = (
    "NOT EXISTS (SELECT FROM month_turns t WHERE t.case_id = m.case_id AND t.closed_at < m.at"
    " AND (t.reopened_at IS NULL OR t.reopened_at >= m.at))"
)
_CELLS = (
    "CREATE TEMP TABLE month_trend ON COMMIT DROP AS WITH marks AS"  # noqa: S608
    " (SELECT coalesce(m.unit, p.unit) AS unit, p.month, p.opened, p.solved, p.in_time, 0 AS balance"
    " FROM month_points p LEFT JOIN month_moves m ON m.case_id = p.case_id AND m.at < p.month_end"
    " AND (m.left_at IS NULL OR m.left_at >= p.month_end)"
    " UNION ALL SELECT coalesce(m.unit, p.unit), p.month, 0, 0, 0, p.balance"
    " FROM month_points p LEFT JOIN month_moves m ON m.case_id = p.case_id AND m.at <= p.at"
    " AND (m.left_at IS NULL OR m.left_at > p.at)"
    f" UNION ALL SELECT side.unit, width_bucket(m.at, {_BOUNDS}), 0, 0, 0, side.balance FROM month_moves m"
    " CROSS JOIN LATERAL (VALUES (m.unit, 1), (m.before, -1)) side(unit, balance)"
    f" WHERE m.before IS NOT NULL AND {_OPEN_BEFORE})"
    " SELECT unit, month, sum(opened) AS opened, sum(solved) AS solved, sum(in_time) AS in_time,"
    " sum(balance) AS balance FROM marks GROUP BY unit, month"
)
_DROPPED = "DROP TABLE IF EXISTS month_trend, month_points, month_moves"
_STEPS = tuple(map(text, (_DROPPED, _MOVES, "ANALYZE month_moves", _POINTS, "ANALYZE month_points", _CELLS)))


def make_trend_table(session: Session, bounds: Sequence[datetime]) -> None:
    """Make `month_trend`: by unit and month what was opened, solved, solved in time, and how many more were
    open at its end than before. It goes with the transaction."""
    for step in _STEPS:
        session.execute(step, {"bounds": list(bounds), "until": bounds[-1]})
