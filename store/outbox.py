"""The development outbox: what the console transports would have sent."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.models import OutboxEntry


class OutboxRepository:
    """Entries of the outbox page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: OutboxEntry) -> None:
        """Keep what would have been sent."""
        self._session.add(entry)

    def latest(self, limit: int = 200, *, since: datetime | None = None) -> list[OutboxEntry]:
        """The newest entries first."""
        statement = select(OutboxEntry).order_by(col(OutboxEntry.id).desc()).limit(limit)
        if since:
            statement = statement.where(col(OutboxEntry.at) >= since)
        return list(self._session.scalars(statement))
