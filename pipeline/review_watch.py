"""No wait without a watchdog: operators hear of cases nobody reviews and asides nobody looks at."""

from datetime import datetime, timedelta

from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.operators import owe_operator
from pipeline.sweeps import take_round
from store.unit_of_work import UnitOfWork

EVERY = timedelta(hours=1)
LOOKED_THROUGH_WITHIN = timedelta(days=7)
_SWEEP = "sweep:review"


def watch_review(desk: Desk) -> None:
    """Tell of what has waited too long; looked at once an hour, told once in each `REVIEW_ALARM_HOURS`."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        _tell(desk, uow, now)
        uow.commit()


def _tell(desk: Desk, uow: UnitOfWork, now: datetime) -> None:
    hours = desk.settings.review_alarm_hours
    found = uow.reviews.overdue(now - timedelta(hours=hours))
    aside = uow.asides.waiting_since(now - LOOKED_THROUGH_WITHIN)
    if found is None and not aside:
        return
    values = {
        "hours": str(hours),
        "waiting": str(found.waiting if found else 0),
        "number": found.number if found else "",
        "since": found.opened_at.isoformat() if found else "",
        "aside": str(aside),
        "days": str(LOOKED_THROUGH_WITHIN.days),
    }
    spell = int(now.timestamp() // timedelta(hours=hours).total_seconds())
    key = f"{Template.REVIEW_WAITING}:{spell}"
    owe_operator(desk, uow, Template.REVIEW_WAITING, key, values, now, correlation="review-queue")
