"""Reports of erasures, and the contents that they let go of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from store.models import DoomedBlob, Erasure


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

    def count(self, erasure_id: int, counts: Mapping[str, int]) -> None:
        """Add to its numbers; whoever counts at the same time is waited for."""
        erasure = self._session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
        if erasure is not None:
            total = {name: erasure.counts.get(name, 0) + number for name, number in counts.items()}
            erasure.counts = {**erasure.counts, **total}
            self._session.flush()

    def finish(self, erasure_id: int, now: datetime) -> None:
        """Record that nothing is left to erase."""
        self._session.execute(update(Erasure).where(col(Erasure.id) == erasure_id).values(finished_at=now))

    def doomed(self, erasure_id: int) -> int:
        """How many files of it are still to go."""
        mine = select(func.count()).where(col(DoomedBlob.erasure_id) == erasure_id)
        return int(self._session.scalar(mine) or 0)

    def latest_sweep(self, since: datetime) -> Erasure | None:
        """The report of what the clock erased since then, or None."""
        swept = select(Erasure).where(col(Erasure.citizen_id).is_(None), col(Erasure.at) >= since)
        return self._session.scalars(swept.order_by(col(Erasure.id).desc()).limit(1)).first()
