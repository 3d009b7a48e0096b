"""The statements of an erasure, made from the plan."""

from functools import cache

from sqlalchemy import TextClause, text

from store.erasing.plan import PLAN
from store.models.messages import WITHOUT_CASE


@cache
def blank(table: str, which: str) -> TextClause:
    """Give the table's columns of words what the plan says, in the rows that a condition names."""
    values = ", ".join(f'"{column}" = {value}' for column, value in PLAN[table].blank.items())
    return text(f"UPDATE {table} SET {values} WHERE {which}")  # noqa: S608  # the program's own words


@cache
def remove(table: str, which: str) -> TextClause:
    """Remove the rows that a condition names; the plan must say that the table loses them."""
    if not PLAN[table].removed:
        raise ValueError(f"the plan keeps the rows of {table}")
    return text(f"DELETE FROM {table} WHERE {which}")  # noqa: S608


def doom(found: str) -> TextClause:
    """Put the contents on the list of what is to go whose hashes a query finds, as `sha256`: NULL and empty
    ones are none. Takes `now`, and the `erasure` that let go of them, None for none."""
    return text(
        "INSERT INTO doomed_blobs (sha256, erasure_id, at)"  # noqa: S608
        " SELECT DISTINCT sha256, CAST(:erasure AS bigint), CAST(:now AS timestamptz)"
        f" FROM ({found}) AS found WHERE sha256 IS NOT NULL AND sha256 <> '' ON CONFLICT (sha256) DO NOTHING"
    )


CHATS = text(
    "SELECT id FROM chat_sessions WHERE public_id = ANY(ARRAY(SELECT substr(urn, 9) FROM"
    " (SELECT sender AS urn FROM messages WHERE id = ANY(:messages)"
    "  UNION SELECT unnest(CAST(:urns AS text[]))) AS theirs WHERE urn LIKE 'webchat:%'))"
)
DOOM = doom(
    "SELECT raw_sha256 AS sha256 FROM messages WHERE id = ANY(:messages)"
    " UNION SELECT sha256 FROM attachments WHERE message_id = ANY(:messages)"
    " UNION SELECT withheld_sha256 FROM attachments WHERE message_id = ANY(:messages)"
    " UNION SELECT substr(source, 8) FROM attachments WHERE message_id = ANY(:messages)"
    "  AND source LIKE 'sha256:%'"
    " UNION SELECT raw_sha256 FROM message_parts WHERE message_id = ANY(:messages) OR sender = ANY(:urns)"
)
DOOMED = text(
    "SELECT d.sha256, d.erasure_id,"
    " EXISTS (SELECT FROM messages WHERE raw_sha256 = d.sha256)"
    " OR EXISTS (SELECT FROM attachments WHERE sha256 = d.sha256)"
    " OR EXISTS (SELECT FROM attachments WHERE withheld_sha256 = d.sha256)"
    " OR EXISTS (SELECT FROM message_parts WHERE raw_sha256 = d.sha256)"
    " OR EXISTS (SELECT FROM trained_models WHERE sha256 = d.sha256)"
    " OR EXISTS (SELECT FROM monthly_reports WHERE d.sha256 IN (pdf_sha256, xlsx_sha256)) AS referred"
    " FROM doomed_blobs d WHERE d.sha256 > :after ORDER BY d.sha256 LIMIT :limit"
)
DUE = text(
    "SELECT late.id FROM topics t CROSS JOIN LATERAL (SELECT id FROM cases"
    "  WHERE topic = t.code AND closed_at < :now - make_interval(days => t.retention_days)"
    "  AND closed_at IS NOT NULL AND anonymised_at IS NULL ORDER BY closed_at LIMIT :limit) AS late"
    " WHERE t.retention_days IS NOT NULL LIMIT :limit"
)
HOLD_DUE = text(
    "SELECT c.id FROM cases c JOIN topics t ON t.code = c.topic WHERE c.id = ANY(:cases)"
    " AND c.closed_at < :now - make_interval(days => t.retention_days) AND c.anonymised_at IS NULL"
    " ORDER BY c.id FOR UPDATE OF c SKIP LOCKED"
)
COMING = text(
    "SELECT t.code, t.name, t.retention_days, count(c.id) AS cases, min(c.closed_at) AS oldest"
    " FROM topics t LEFT JOIN cases c ON c.topic = t.code AND c.closed_at IS NOT NULL"
    "  AND c.anonymised_at IS NULL AND c.closed_at < :now - make_interval(days => t.retention_days)"
    " WHERE t.retention_days IS NOT NULL GROUP BY t.code ORDER BY t.code"
)
_HANDLED = (
    f"FROM messages m WHERE {WITHOUT_CASE}"
    " AND NOT EXISTS (SELECT FROM quarantine WHERE message_id = m.id AND state = 'waiting')"
)
SETTLED = f"{_HANDLED} AND NOT EXISTS (SELECT FROM asides WHERE message_id = m.id AND state = 'waiting')"
"""Messages of no case that nobody has to look at any more."""
_CASELESS = f"{_HANDLED} AND received_at < :before"
HOLD_CASELESS = text(f"SELECT id {_CASELESS} ORDER BY received_at LIMIT :limit FOR UPDATE OF m SKIP LOCKED")
COUNT_CASELESS = text(f"SELECT count(*) {_CASELESS}")
TOLD_SENDERS = (
    "case_id IS NULL AND values ->> 'message' = ANY(:named) AND recipient = ANY(ARRAY("
    "SELECT sender FROM messages WHERE id = ANY(:messages)"
    " UNION SELECT unnest(contacts) FROM messages WHERE id = ANY(:messages)))"
)
"""What the senders of messages without a case were told: that notices stop, that a mail was too large."""
