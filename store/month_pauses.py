"""The time that stood still while cases waited for their citizens, as a table of one transaction.

A due time is only moved once a pause is over. Until then, or where its case was closed in it, history tells
that what came after its beginning is none of the time a unit had.
"""

_CLOSES = (
    "(kind = 'state_changed' AND detail ->> 'to' IN ('resolved', 'rejected'))"
    " OR (kind = 'merged' AND detail ? 'into')"
    " OR (kind IN ('confirmed', 'corrected') AND detail #>> '{to,state}' IN ('resolved', 'rejected'))"
)
MADE = (
    "CREATE TEMP TABLE month_pauses ON COMMIT DROP AS WITH paused AS"  # noqa: S608
    " (SELECT DISTINCT case_id FROM case_events WHERE kind = 'paused' AND at < :until),"
    " said AS (SELECT case_id, kind, at AS began, coalesce(CAST(detail ->> 'law' AS boolean), false) AS law,"
    " lead(at) OVER (PARTITION BY case_id ORDER BY at, id) AS ended FROM case_events"
    f" JOIN paused USING (case_id) WHERE at < :until AND (kind IN ('paused', 'resumed') OR {_CLOSES}))"
    " SELECT case_id, began, ended, law FROM said WHERE kind = 'paused'"
)
"""Each pause, until when it lasted, if it ended, and whether the law's time stood still in it, too."""
STOOD_STILL = (
    "EXISTS (SELECT FROM month_pauses p WHERE p.case_id = {case} AND p.began < {due} AND p.began < {moment}"
    " AND (p.ended IS NULL OR p.ended >= {moment}) AND (p.law OR {legal} >= {moment}))"
)
"""Whether a case that was due by a moment is not late then, as its time stood still: since before it was due,
and, where the law knows no such pause, while the law's time was not over."""
