"""Cases with the message they were opened with, to be judged once more without changing anything."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from store.claiming import COLUMNS, claimed
from store.records import Replayed

PAGE = 512
"""Cases read at once: some megabytes at most, however long the time that is replayed."""
_PAGE = text(
    "SELECT c.id AS case_id, c.number, c.topic, c.unit, c.confidentiality, c.opened_at,"  # noqa: S608
    " EXISTS (SELECT FROM case_events AS e WHERE e.case_id = c.id AND e.kind = 'sent_to_review') AS waited,"
    " EXISTS (SELECT FROM reviews AS r WHERE r.case_id = c.id AND r.undone_at IS NULL) AS judged, m.*"
    " FROM cases AS c CROSS JOIN LATERAL"
    f" (SELECT {COLUMNS} FROM messages WHERE case_id = c.id ORDER BY messages.id LIMIT 1) AS m"
    " WHERE c.opened_at >= :since AND c.opened_at < :until AND (c.opened_at, c.id) > (:opened_at, :after)"
    " ORDER BY c.opened_at, c.id LIMIT :size"
)


class ReplayRepository:
    """Reads what was; writes nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_only(self) -> None:
        """Have the database itself refuse every change; it is the first thing done in the transaction."""
        self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))

    def pages(self, since: datetime, until: datetime, size: int = PAGE) -> Iterator[list[Replayed]]:
        """The cases opened from `since` to before `until`, by time, so many at once."""
        given = {"since": since, "until": until, "size": size, "opened_at": since, "after": 0}
        while rows := self._page(given):
            yield rows
            given |= {"opened_at": rows[-1].opened_at, "after": rows[-1].id}

    def _page(self, given: Mapping[str, object]) -> list[Replayed]:
        return [
            Replayed(
                id=row.case_id,
                number=row.number,
                topic=row.topic,
                unit=row.unit,
                confidentiality=row.confidentiality,
                opened_at=row.opened_at,
                waited=row.waited,
                judged=row.judged,
                read=claimed(row).read,
            )
            for row in self._session.execute(_PAGE, given)
        ]
