"""The history of all cases as it stood at the end of a month, as tables of one transaction.

`month_turns` has each time a case was closed and, if so, when it was opened again; `month_cases` where a case
stood; `month_active` what the month brought to each case that was open in it. `:since` and `:until` are the
month's ends.

A case is open or closed by its history alone. Its unit, topic, district and due time are those of its row
while nothing has happened to it since; of the few to which something has, history tells what they were.
"""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from store.month_pauses import MADE, STOOD_STILL

_ROUTED = "('assigned', 'sent_to_review', 'answered')"
_DECIDED = "('confirmed', 'corrected', 'review_undone')"
_MERGED_BEFORE = (
    "(SELECT coalesce(m.detail ->> 'state', '') IN ('resolved', 'rejected') FROM case_events m"
    " WHERE m.case_id = e.case_id AND m.id < e.id AND m.kind = 'merged'"
    " AND m.detail ->> 'into' = e.detail ->> 'case' ORDER BY m.id DESC LIMIT 1)"
)
"""Whoever is parted from what it was merged into is open again, unless it was closed before; the other of the
two stays as it is. Lines of today say themselves how each stands then: what it was merged into may have been
merged into another."""
_CLOSED = (
    "CASE kind WHEN 'state_changed' THEN detail ->> 'to' IN ('resolved', 'rejected')"
    " WHEN 'answered' THEN true WHEN 'merged' THEN CASE WHEN detail ? 'into' THEN true END"
    " WHEN 'unlinked' THEN CASE WHEN detail ? 'to' THEN detail ->> 'to' IN ('resolved', 'rejected')"
    f" ELSE {_MERGED_BEFORE} END ELSE false END"
)
UNIT_SAID = "coalesce(detail ->> 'unit', detail #>> '{to,unit}')"
_SAID = f"{_ROUTED[:-1]}, {_DECIDED[1:]}"
SAYS_UNIT = f"kind IN {_SAID} AND {UNIT_SAID} IS NOT NULL"
"""Which lines of history name the unit a case is with; others name units that were merely told of it."""
_OPENED_AGAIN = (
    "(kind = 'unlinked' OR (kind = 'state_changed' AND detail ->> 'to' NOT IN ('resolved', 'rejected'))"
    f" OR (kind IN {_DECIDED} AND detail #>> '{{from,state}}' IN ('resolved', 'rejected')))"
)
_ODD = (
    "CREATE TEMP TABLE month_odd ON COMMIT DROP AS SELECT DISTINCT case_id"  # noqa: S608
    f" FROM case_events JOIN (SELECT id AS case_id, unit FROM cases) c USING (case_id) WHERE {_OPENED_AGAIN}"
    f" OR ({SAYS_UNIT} AND {UNIT_SAID} <> c.unit)"
)
"""The few cases that were opened again or were with another unit; the rows of all others tell their story."""
_TURNS = (
    "CREATE TEMP TABLE month_turns ON COMMIT DROP AS WITH said AS"  # noqa: S608
    f" (SELECT id, case_id, at, {_CLOSED} AS closed FROM case_events e JOIN month_odd USING (case_id)"
    " WHERE at < :until AND kind IN ('assigned', 'sent_to_review', 'answered', 'state_changed', 'merged',"
    " 'unlinked')),"
    " compared AS (SELECT *, lag(closed, 1, false) OVER history AS before FROM said WHERE closed IS NOT NULL"
    " WINDOW history AS (PARTITION BY case_id ORDER BY at, id)),"
    " turns AS (SELECT case_id, closed, at AS closed_at, lead(at) OVER history AS reopened_at FROM compared"
    " WHERE closed <> before WINDOW history AS (PARTITION BY case_id ORDER BY at, id))"
    " SELECT case_id, closed_at, reopened_at FROM turns WHERE closed UNION ALL"
    " SELECT c.id, c.closed_at, NULL FROM cases c LEFT JOIN month_odd o ON o.case_id = c.id"
    " WHERE c.closed_at < :until AND o.case_id IS NULL"
)
_TOUCHED = (
    "CREATE TEMP TABLE month_touched ON COMMIT DROP AS"
    " SELECT DISTINCT case_id FROM case_events WHERE at >= :until"
)


def _last(value: str, known: str, kinds: str) -> str:
    """What the last line before the month's end said, by case."""
    return (
        f"(SELECT DISTINCT ON (case_id) case_id, {value} AS value FROM case_events"  # noqa: S608
        f" JOIN month_touched USING (case_id) WHERE at < :until AND kind IN {kinds} AND {known}"
        " ORDER BY case_id, at DESC, id DESC)"
    )


def _before(value: str, known: str) -> str:
    """What the first line after the month's end says that it was before, by case."""
    return (
        f"(SELECT DISTINCT ON (case_id) case_id, {value} AS value FROM case_events"  # noqa: S608
        f" JOIN month_touched USING (case_id) WHERE at >= :until AND {known} ORDER BY case_id, at, id)"
    )


_GIVEN_TIME = "kind IN ('extended', 'resumed', 'unit_extended')"
_WAS_DUE = (
    f"CASE WHEN {_GIVEN_TIME} THEN detail ->> 'from' WHEN kind = 'state_changed' THEN detail ->> 'was_due_at'"
    " ELSE detail #>> '{from,due_at}' END"
)
_DUES = (
    "CREATE TEMP TABLE month_dues ON COMMIT DROP AS"  # noqa: S608
    f" SELECT case_id, at, id, CAST({_WAS_DUE} AS timestamptz) AS was FROM case_events"
    f" WHERE {_GIVEN_TIME} OR (kind IN {_DECIDED} AND detail -> 'from' ? 'due_at')"
    " OR (kind = 'state_changed' AND detail ? 'was_due_at')"
)
"""Each time a case was given another due time, and which it had until then."""
WAS_DUE = (
    "(SELECT d.was FROM month_dues d WHERE d.case_id = {case} AND d.at >= {moment}"
    " ORDER BY d.at, d.id LIMIT 1)"
)
"""The due time a case had at a moment, NULL where it is still that of its row."""
_WAS_IN, _SAYS_DISTRICT = "detail #>> '{from,district}'", "detail -> 'from' ? 'district'"
_TOPIC = (
    "CASE WHEN kind = 'classified' THEN detail ->> 'to' WHEN detail ? 'topic' THEN detail ->> 'topic'"
    " ELSE detail #>> '{to,topic}' END"
)
_JUDGED = f"{_SAID[:-1]}, 'classified')"
_SAYS_TOPIC = "(kind = 'classified' OR detail ? 'topic' OR detail -> 'to' ? 'topic')"
_CASES = (
    "CREATE TEMP TABLE month_cases ON COMMIT DROP AS SELECT c.id, c.channel, c.opened_at,"  # noqa: S608
    " coalesce(unit.value, c.unit) AS unit,"
    " CASE WHEN topic.case_id IS NULL THEN c.topic ELSE topic.value END AS topic,"
    " CASE WHEN district.case_id IS NULL THEN c.district ELSE district.value END AS district,"
    f" coalesce({WAS_DUE.format(case='c.id', moment=':until')}, c.due_at) AS due_at, c.due_at AS due_now,"
    " c.legal_due_at"
    " FROM cases c"
    f" LEFT JOIN {_last(UNIT_SAID, f'{UNIT_SAID} IS NOT NULL', _SAID)} unit ON unit.case_id = c.id"
    f" LEFT JOIN {_last(_TOPIC, _SAYS_TOPIC, _JUDGED)} topic"
    " ON topic.case_id = c.id"
    f" LEFT JOIN {_before(_WAS_IN, _SAYS_DISTRICT)} district ON district.case_id = c.id"
    " WHERE c.opened_at < :until"
)
_AT_END = STOOD_STILL.format(case="c.id", due="c.due_at", legal="c.legal_due_at", moment=":until")
_AT_CLOSING = STOOD_STILL.format(case="c.id", due="c.due_at", legal="c.legal_due_at", moment="now.closed_at")
_ACTIVE = (
    "CREATE TEMP TABLE month_active ON COMMIT DROP AS"  # noqa: S608
    " SELECT c.unit, c.topic, c.channel, c.district,"
    " c.opened_at < :since AND was.case_id IS NULL AS carried, c.opened_at >= :since AS opened,"
    " was.reopened_at IS NOT NULL AS reopened, now.case_id IS NOT NULL AS solved,"
    f" now.case_id IS NULL AND c.due_at < :until AND NOT {_AT_END} AS overdue,"
    f" now.closed_at <= c.due_at OR {_AT_CLOSING} AS in_time,"
    " CAST(extract(epoch FROM now.closed_at - c.opened_at) AS double precision) AS seconds FROM month_cases c"
    " LEFT JOIN month_turns was ON was.case_id = c.id AND was.closed_at < :since"
    " AND (was.reopened_at IS NULL OR was.reopened_at >= :since)"
    " LEFT JOIN month_turns now ON now.case_id = c.id AND now.reopened_at IS NULL"
    " WHERE was.case_id IS NULL OR was.reopened_at IS NOT NULL"
)
_MEMORY = "SET LOCAL work_mem = '128MB'"
_TIME = "SET LOCAL statement_timeout = '10min'"
"""Reads all of history and locks nothing: it may take longer than statements that others wait for."""
_STEPS = tuple(
    map(
        text,
        (
            _MEMORY, _TIME, _TOUCHED, "ANALYZE month_touched", _ODD, "ANALYZE month_odd", _TURNS,
            "ANALYZE month_turns", _DUES, "CREATE INDEX ON month_dues (case_id, at)",
            "ANALYZE month_dues", MADE, "CREATE INDEX ON month_pauses (case_id)", "ANALYZE month_pauses",
            _CASES, "ANALYZE month_cases", _ACTIVE, "ANALYZE month_active",
        ),
    )
)  # fmt: skip
_DROPPED = text(
    "DROP TABLE IF EXISTS month_active, month_cases, month_pauses, month_dues, month_turns, month_odd,"
    " month_touched"
)


def make_month_tables(session: Session, since: datetime, until: datetime) -> None:
    """Make the tables for a month, given by its ends as aware times; they go with the transaction."""
    session.execute(_DROPPED)
    for step in _STEPS:
        session.execute(step, {"since": since, "until": until})
