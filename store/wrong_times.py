"""Times to come that a clock wrote which was ahead: until they come nobody would look at their rows again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

_WAITING = {
    "messages": "messages SET next_try_at = :now"
    " WHERE state IN ('received', 'ready') AND next_try_at > :waits",
    "notices": "notifications SET due_at = :now WHERE state = 'owed' AND due_at > :waits",
    "parts": "message_parts SET due_at = :now WHERE message_id IS NULL AND due_at > :waits",
    "subscribers": "crm_subscribers SET next_try_at = :now"
    " WHERE active AND url IS NOT NULL AND next_try_at > :waits",
    "set_aside": "crm_set_aside SET next_try_at = :now WHERE next_try_at > :waits",
    "notices_in_hand": "notifications SET claimed_at = :now WHERE state = 'sending' AND claimed_at > :taken",
    "messages_in_hand": "batch_claims SET claimed_at = :now WHERE claimed_at > :taken",
}


class WrongTimeRepository:
    """Brings such times back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bring_back(self, now: datetime, *, waits: datetime, taken: datetime) -> Mapping[str, int]:
        """Have due now what waits for a time after `waits`, and taken in hand now what was so after `taken`;
        returns of which kinds there was something, and how much."""
        times = {"now": now, "waits": waits, "taken": taken}
        found = {}
        for what, rows in _WAITING.items():  # every name in it is the program's own
            named = {name: moment for name, moment in times.items() if f":{name}" in rows}
            changed = self._session.execute(text(f"UPDATE {rows}"), named)
            found[what] = int(changed.rowcount)  # type: ignore[attr-defined]
        return {what: count for what, count in found.items() if count}
