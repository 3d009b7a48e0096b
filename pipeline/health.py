"""Records how accounts are doing, and tells operators once when one turns worse and once when it is back."""

from datetime import datetime, timedelta

from domain.errors import DeskError, PermanentError, TransientError
from domain.vocabulary import Direction, HealthState, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from store.health import Change
from store.records import Account
from store.unit_of_work import UnitOfWork

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
REFUSED_WAIT = timedelta(minutes=15)
"""After three refusals at most four tries an hour, so that no provider locks the account."""

_log = get_logger(__name__)


def wait_after(error: DeskError, failures: int) -> timedelta:
    """How long to leave an account alone after so many failures in a row."""
    if isinstance(error, TransientError) and error.retry_after is not None:
        return error.retry_after
    if isinstance(error, PermanentError) and failures >= 3:
        return REFUSED_WAIT
    doubled: int = 2 ** min(failures - 1, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def record_success(
    desk: Desk, account: Account, direction: Direction, *, messages: int = 0, backlog: int | None = None
) -> None:
    """Record that an account works."""
    with desk.uow() as uow:
        now = desk.now()
        change = uow.health.succeeded(account.id, direction, now, messages=messages, backlog=backlog)
        _tell(desk, uow, account, change, now)
        uow.commit()


def record_failure(desk: Desk, account: Account, direction: Direction, error: DeskError) -> datetime:
    """Record that an account failed; returns until when nobody should try it again."""
    with desk.uow() as uow:
        now = desk.now()
        known = uow.health.get(account.id, direction)
        not_before = now + wait_after(error, (known.failures if known else 0) + 1)
        change = uow.health.failed(
            account.id,
            direction,
            now,
            cause=f"{type(error).__name__}: {error}",
            permanent=isinstance(error, PermanentError),
            not_before=not_before,
        )
        _tell(desk, uow, account, change, now)
        uow.commit()
    return not_before


def record_trouble(
    desk: Desk, account: Account, direction: Direction, error: DeskError, *, messages: int = 0
) -> None:
    """Record that a part of an account failed while the rest works: it is told, and nothing waits for it."""
    with desk.uow() as uow:
        now = desk.now()
        change = uow.health.failed(
            account.id,
            direction,
            now,
            cause=f"{type(error).__name__}: {error}",
            permanent=False,
            not_before=None,
            messages=messages,
        )
        _tell(desk, uow, account, change, now)
        uow.commit()


def _tell(desk: Desk, uow: UnitOfWork, account: Account, change: Change | None, now: datetime) -> None:
    if change is None or {change.before, change.after} == {HealthState.DEGRADED, HealthState.DOWN}:
        return
    _log.warning(
        "channel_health_changed",
        account=account.name,
        channel=account.channel,
        direction=change.direction,
        before=change.before,
        after=change.after,
        cause=change.cause,
    )
    tell_operator(
        desk,
        uow,
        account,
        direction=change.direction,
        state=change.after,
        cause=change.cause or "",
        key=f"{change.direction}:{now.isoformat()}",
        now=now,
    )


def tell_operator(
    desk: Desk,
    uow: UnitOfWork,
    account: Account,
    *,
    direction: Direction,
    state: HealthState,
    cause: str,
    key: str,
    now: datetime,
    subject: str = "",
) -> None:
    """Owe the operator word of how an account, or one thing of it, turned, once for each `key`; the caller
    commits."""
    values = {
        "account": f"{account.name} ({subject})" if subject else account.name,
        "channel": account.channel,
        "direction": direction,
        "state": state,
        "cause": cause,
        "at": now.isoformat(),
    }
    known_by = f"{Template.CHANNEL_HEALTH}:{account.id}:{key}"
    correlation = f"health-{account.id}"
    owe_operator(desk, uow, Template.CHANNEL_HEALTH, known_by, values, now, correlation=correlation)
