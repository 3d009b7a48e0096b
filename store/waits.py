"""What has waited for somebody longer than it should, each by an index of what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

_OPEN = "state NOT IN ('resolved', 'rejected')"
_EACH = {
    "overdue": f"opened_at AS at FROM cases WHERE {_OPEN} AND paused_at IS NULL AND watch_at IS NULL"
    " AND due_at < :overdue AND escalated_at < :overdue",
    "paused": f"paused_at AS at FROM cases WHERE paused_at < :paused AND {_OPEN}",
    "unrouted": "opened_at AS at FROM cases WHERE state = 'in_review' AND opened_at < :unrouted",
    "received": "received_at AS at FROM messages WHERE state = 'received' AND received_at < :received",
    "ready": "received_at AS at FROM messages WHERE state = 'ready' AND received_at < :ready",
    "quarantined": "created_at AS at FROM quarantine WHERE state = 'waiting' AND created_at < :quarantined",
    "notices": "due_at AS at FROM notifications WHERE state = 'owed' AND due_at < :notices",
    "lost_reminders": "due_at AS at FROM notifications WHERE state = 'failed' AND case_id IS NULL"
    " AND template = 'unit_deadlines' AND due_at >= :lost_reminders",
    "letters": "sent_at AS at FROM notifications WHERE medium = 'letter' AND state = 'sent'"
    " AND posted_at IS NULL AND sent_at < :letters",
    "answers": "at FROM answers WHERE incident_id IS NOT NULL AND finished_at IS NULL AND at < :answers",
}
WAITS = tuple(_EACH)
"""What may wait, as `WaitRepository` names it."""
_ALL = text(  # every name in it is the program's own
    " UNION ALL ".join(
        f"SELECT '{what}' AS what, count(*) AS waiting, min(at) AS since FROM (SELECT {rows}) AS waits"  # noqa: S608
        for what, rows in _EACH.items()
    )
)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How many of one kind wait too long, and since when the oldest does, in UTC."""

    what: str
    waiting: int
    since: datetime


class WaitRepository:
    """Counts what waits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def overlong(self, before: Mapping[str, datetime]) -> list[Wait]:
        """What has waited since before these times, one for each of `WAITS`; what does not wait is left out.

        Of `lost_reminders` those count that failed since then.
        """
        rows = self._session.execute(_ALL, dict(before))
        return [Wait(**row._mapping) for row in rows if row.waiting]
