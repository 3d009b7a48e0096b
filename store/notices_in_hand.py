"""How a worker takes notices in hand, whatever chose them."""

from datetime import datetime

from sqlalchemy import Select, update
from sqlmodel import Session, col

from domain.vocabulary import NotificationState
from store.models import NotificationRow


def take_in_hand(session: Session, which: Select[int | None], now: datetime) -> list[int]:
    """Take the notices that a query gives the keys of, without those that somebody else has locked; returns
    the keys. Commit before sending."""
    free = which.with_for_update(skip_locked=True).scalar_subquery()
    taken = session.execute(
        update(NotificationRow)
        .where(col(NotificationRow.id).in_(free))
        .values(state=NotificationState.SENDING, claimed_at=now, attempts=col(NotificationRow.attempts) + 1)
        .returning(col(NotificationRow.id))
    )
    return [row[0] for row in taken]
