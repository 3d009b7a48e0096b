"""Reports of erasures, and the contents that they let go of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.models import Erasure


class ErasureRepository:
    """Keeps what was erased, in numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begun(self, citizen_id: int) -> Erasure | None:
        """The erasure of a person, finished or not; None where nobody began one."""
        mine = select(Erasure).where(col(Erasure.citizen_id) == citizen_id).order_by(col(Erasure.id).desc())
        return self._session.scalars(mine.limit(1)).first()

    def begin(self, citizen_id: int | None, actor: str, why: str, now: datetime) -> Erasure:
        """A new one; it has its key then."""
        erasure = Erasure(citizen_id=citizen_id, actor=actor, why=why, at=now)
        self._session.add(erasure)
        self._session.flush()
        return erasure

    def count(self, erasure: Erasure, counts: Mapping[str, int]) -> None:
        """Add to its numbers."""
        total = dict(erasure.counts)
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
        erasure.counts = total
        self._session.add(erasure)
        self._session.flush()
