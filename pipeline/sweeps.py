"""Rounds of sweeps that are rarer than ticks, each made by one of however many clocks there are."""

from datetime import datetime, timedelta

from store.unit_of_work import UnitOfWork


def take_round(uow: UnitOfWork, sweep: str, now: datetime, every: timedelta) -> bool:
    """Whether this round of a sweep is the caller's to make; until `every` is over there is no other.

    `now` is aware. A round that is rolled back was not taken.
    """
    # Every round is a holder of its own: not even the clock that made it takes the lease again.
    return uow.leases.take(sweep, now.isoformat(), now, every) is not None


def end_round(uow: UnitOfWork, sweep: str, now: datetime) -> None:
    """Let the next round, of the one taken at `now`, begin at the next tick: there is more to do."""
    uow.leases.release(sweep, now.isoformat())
