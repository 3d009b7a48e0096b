"""How citizens found the service."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.models import Rating


class RatingRepository:
    """Keeps one mark for each closing of a case."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_closing(self, case_id: int, closed_at: datetime) -> Rating | None:
        """What the citizen gave for this closing, or None so far."""
        these = col(Rating.case_id) == case_id, col(Rating.closed_at) == closed_at
        return self._session.scalars(select(Rating).where(*these)).one_or_none()

    def keep(self, given: Rating) -> bool:
        """Keep it in place of what was given for the same closing, whose case the caller has locked; False
        where it says the same."""
        before = self.of_closing(given.case_id, given.closed_at)
        if before is None:
            self._session.add(given)
        elif (before.score, before.comment) == (given.score, given.comment):
            return False
        else:
            before.score, before.comment, before.at = given.score, given.comment, given.at
            self._session.add(before)
        self._session.flush()
        return True
