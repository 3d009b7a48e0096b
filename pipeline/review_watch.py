"""No wait without a watchdog: operators hear of cases nobody reviews and asides nobody looks at."""

from datetime import datetime, timedelta

from domain.notices import Notification
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.operators import operator_notice
from store.unit_of_work import UnitOfWork

EVERY = timedelta(hours=1)
LOOKED_THROUGH_WITHIN = timedelta(days=7)
_SWEEP = "sweep:review"


def watch_review(desk: Desk) -> None:
    """Tell of what has waited too long; looked at once an hour, told once in each `REVIEW_ALARM_HOURS`."""
    now = desk.now()
    with desk.uow() as uow:
        # Every sweep is a holder of its own: until the hour is over nobody takes the lease again.
        if uow.leases.take(_SWEEP, now.isoformat(), now, EVERY) is None:
            return
        notice = _notice(desk, uow, now)
        if notice:
            uow.notifications.owe(None, "review-queue", notice)
        uow.commit()


def _notice(desk: Desk, uow: UnitOfWork, now: datetime) -> Notification | None:
    hours = desk.settings.review_alarm_hours
    found = uow.reviews.overdue(now - timedelta(hours=hours))
    aside = uow.asides.waiting_since(now - LOOKED_THROUGH_WITHIN)
    if found is None and not aside:
        return None
    values = {
        "hours": str(hours),
        "waiting": str(found.waiting if found else 0),
        "number": found.number if found else "",
        "since": found.opened_at.isoformat() if found else "",
        "aside": str(aside),
        "days": str(LOOKED_THROUGH_WITHIN.days),
    }
    spell = int(now.timestamp() // timedelta(hours=hours).total_seconds())
    return operator_notice(desk, Template.REVIEW_WAITING, f"{Template.REVIEW_WAITING}:{spell}", values, now)
