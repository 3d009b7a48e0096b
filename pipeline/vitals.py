"""Whether this process could work now, and what waits."""

from collections.abc import Sequence
from datetime import datetime

from domain.errors import ConnectionFailedError
from domain.vocabulary import HealthState
from pipeline import metrics
from pipeline.desk import Desk
from pipeline.doorbell import ping
from pipeline.reminding import EVERY, SWEEP
from store.engine import require_writes
from store.migrate import is_current
from store.models import AccountNews
from store.unit_of_work import UnitOfWork

_STATES = {HealthState.OK: 0, HealthState.DEGRADED: 1, HealthState.DOWN: 2}


def missing(desk: Desk) -> list[str]:
    """What is not as it must be: `database`, `schema`, `redis`; empty when all is well. A server that only
    reads, as after a failover, is not."""
    found = []
    try:
        if not is_current(desk.engine):
            found.append("schema")
        require_writes(desk.engine)
    except ConnectionFailedError:
        found.append("database")
    try:
        ping(desk.settings.redis)
    except ConnectionFailedError:
        found.append("redis")
    return found


def last_round(uow: UnitOfWork) -> datetime | None:
    """When some clock, on whichever host, last began the most frequent of its rounds; None where none did."""
    ends_at = uow.leases.ends_at(SWEEP)
    return None if ends_at is None else ends_at - EVERY


def refresh_gauges(desk: Desk) -> None:
    """Set the gauges that are read from the database. Raises ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        depths, health, news = uow.queue.depths(), uow.health.all(), uow.news.all()
        accounts = {account.id: account for account in uow.accounts.all()}
        clock_at = last_round(uow)
    if clock_at:
        metrics.CLOCK_ROUND.set(clock_at.timestamp())
    for depth in depths:
        age = (now - depth.oldest_at).total_seconds() if depth.oldest_at else 0
        metrics.WAITING.labels(depth.step).set(depth.waiting)
        metrics.OLDEST_SECONDS.labels(depth.step).set(max(age, 0))
    told = _worst(news)
    for row in health:
        worst = max(_STATES[HealthState(row.state)], told.get((row.account_id, row.direction), 0))
        labels = (accounts[row.account_id].name, accounts[row.account_id].channel, row.direction)
        metrics.CHANNEL_STATE.labels(*labels).set(worst)
        if row.last_success_at:
            metrics.CHANNEL_SUCCESS.labels(*labels).set(row.last_success_at.timestamp())


def _worst(news: Sequence[AccountNews]) -> dict[tuple[int, str], int]:
    """The worst that providers tell of each account and direction."""
    told: dict[tuple[int, str], int] = {}
    for each in news:
        key = (each.account_id, each.direction)
        told[key] = max(told.get(key, 0), _STATES[HealthState(each.state)])
    return told
