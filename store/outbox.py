"""The development outbox: what the console transports would have sent."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from store.models import OutboxEntry


class OutboxRepository:
    """Entries of the outbox page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: OutboxEntry) -> None:
        """Keep what would have been sent."""
        self._session.add(entry)

    def latest(
        self, limit: int = 200, *, since: datetime | None = None, naming: str = ""
    ) -> list[OutboxEntry]:
        """The newest entries first; with `naming` those that hold it as recipient, in subject or text."""
        statement = select(OutboxEntry).order_by(col(OutboxEntry.id).desc()).limit(limit)
        if since:
            statement = statement.where(col(OutboxEntry.at) >= since)
        if naming:
            places = (OutboxEntry.recipient, OutboxEntry.subject, OutboxEntry.text)
            statement = statement.where(or_(*(col(p).icontains(naming, autoescape=True) for p in places)))
        return list(self._session.scalars(statement))
