"""Letters in the print folder: which wait to be posted, and which were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from domain.vocabulary import Medium, NotificationState
from store.models import Case, NotificationRow

_WAITING = (
    col(NotificationRow.medium) == Medium.LETTER,
    col(NotificationRow.state) == NotificationState.SENT,
    col(NotificationRow.posted_at).is_(None),
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter that was written: `id` is its notice's, `file` its name in the print folder, `written_at`
    UTC."""

    id: int
    number: str | None
    template: str
    recipient: str
    file: str | None
    written_at: datetime


class LetterRepository:
    """Finds letters by what was said of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, limit: int) -> list[Letter]:
        """Those that nobody said were posted, the oldest first."""
        rows = self._session.execute(
            select(
                col(NotificationRow.id),
                col(Case.number),
                col(NotificationRow.template),
                col(NotificationRow.recipient),
                col(NotificationRow.gateway_id).label("file"),
                col(NotificationRow.sent_at).label("written_at"),
            )
            .outerjoin(Case, col(Case.id) == col(NotificationRow.case_id))
            .where(*_WAITING)
            .order_by(col(NotificationRow.sent_at), col(NotificationRow.id))
            .limit(limit)
        )
        return [Letter(**row._mapping) for row in rows]

    def post(self, ids: Collection[int], now: datetime) -> dict[int, int | None]:
        """Record that these were posted; the ones that waited for it, and the case of each."""
        posted = self._session.execute(
            update(NotificationRow)
            .where(col(NotificationRow.id).in_(ids), *_WAITING)
            .values(posted_at=now)
            .returning(col(NotificationRow.id), col(NotificationRow.case_id))
        )
        return {row.id: row.case_id for row in posted}

    def give_up(self, notice_id: int, why: str, now: datetime) -> NotificationRow | None:
        """Record that a letter, posted or not, reached nobody; None where there is none that could have."""
        failed = self._session.execute(
            update(NotificationRow)
            .where(
                col(NotificationRow.id) == notice_id,
                col(NotificationRow.medium) == Medium.LETTER,
                col(NotificationRow.state) == NotificationState.SENT,
            )
            .values(state=NotificationState.FAILED, error=why, reported_at=now)
            .returning(col(NotificationRow.id))
        )
        found = failed.scalar_one_or_none()
        return self._session.get(NotificationRow, found, populate_existing=True) if found else None
