"""What becomes of a subscriber that cannot be delivered to: it waits, and in the end somebody is told."""

from datetime import datetime, timedelta

from domain.errors import DeskError, RecipientRejectedError
from domain.vocabulary import CrmPause, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from pipeline.trying_again import again_at
from store.models import CrmSetAside, CrmSubscriber
from store.unit_of_work import UnitOfWork

_WITHOUT_END = 1_000_000
"""Attempts: how long a subscriber may fail is counted in days."""
_log = get_logger(__name__)


def ill(
    desk: Desk, uow: UnitOfWork, subscriber: CrmSubscriber, error: DeskError, now: datetime
) -> dict[str, object]:
    """The columns of a subscriber whose receiver is ill: when it is tried next, or that it is paused, which
    operators are told of once. The caller commits."""
    since = (subscriber.failing_since if subscriber.attempts else None) or now
    attempts = subscriber.attempts + 1
    again = again_at(attempts, error, now, most=_WITHOUT_END)
    columns = {"attempts": attempts, "failing_since": since, "error": str(error), "next_try_at": again or now}
    _log.warning("crm_failed", subscriber=subscriber.name, error=str(error))
    why = _why_paused(error, now - since, timedelta(days=desk.settings.crm_pause_days))
    if why is None:
        return columns
    _tell(desk, uow, subscriber, str(why), now.isoformat(), error, now, since=since)
    return columns | {"active": False, "paused_at": now, "paused_why": why}


def refused_for_good(
    desk: Desk, uow: UnitOfWork, subscriber: CrmSubscriber, row: CrmSetAside, error: DeskError, now: datetime
) -> None:
    """Tell operators, once, of an event that was refused at every try. The caller commits."""
    _tell(desk, uow, subscriber, "refused", str(row.position), error, now)


def _why_paused(error: DeskError, failing: timedelta, most: timedelta) -> CrmPause | None:
    if isinstance(error, RecipientRejectedError):
        return CrmPause.GONE
    return CrmPause.FAILING if failing >= most else None


def _tell(
    desk: Desk,
    uow: UnitOfWork,
    subscriber: CrmSubscriber,
    trouble: str,
    once: str,
    error: DeskError,
    now: datetime,
    *,
    since: datetime | None = None,
) -> None:
    key = f"{Template.CRM_TROUBLE}:{subscriber.id}:{trouble}:{once}"
    values = {
        "crm": subscriber.name,
        "trouble": trouble,
        "cause": str(error),
        "since": since.isoformat() if since else "",
        "days": str(desk.settings.crm_pause_days),
    }
    owe_operator(desk, uow, Template.CRM_TROUBLE, key, values, now, correlation="crm")
