"""Who may work on something alone, over all hosts: a row that is taken by conditional update."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from store.models import Lease

HOSTS_DIFFER = timedelta(days=1)
"""By so much at most the clocks of two hosts differ, or a zone was taken for another."""


class LeaseRepository:
    """Leases by name. A holder that does not renew in time has lost it, and so has one that took it by a
    clock that was far ahead: else nobody else could take it before that time comes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, name: str, holder: str, now: datetime, duration: timedelta) -> int | None:
        """The fence of the lease when it is now the holder's (taken, or renewed), else None."""
        fresh = insert(Lease).values(name=name, holder=holder, fence=1, expires_at=now + duration)
        taken = self._session.execute(
            fresh.on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": holder, "fence": col(Lease.fence) + 1, "expires_at": now + duration},
                where=(col(Lease.expires_at) < now)
                | (col(Lease.expires_at) > now + duration + HOSTS_DIFFER)
                | (col(Lease.holder) == holder),
            ).returning(col(Lease.fence))
        ).first()
        return int(taken[0]) if taken else None

    def holds(self, name: str, holder: str, now: datetime) -> bool:
        """Whether the lease is the holder's; the row stays locked until the transaction ends."""
        statement = (
            select(col(Lease.name))
            .where(col(Lease.name) == name, col(Lease.holder) == holder, col(Lease.expires_at) >= now)
            .with_for_update()
        )
        return self._session.execute(statement).first() is not None

    def ends_at(self, name: str) -> datetime | None:
        """Until when the lease was taken, aware; None for one that nobody took or that was given back."""
        return self._session.scalar(select(col(Lease.expires_at)).where(col(Lease.name) == name))

    def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        self._session.execute(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))
