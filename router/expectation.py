"""By when a case will be closed: by experience while that holds, else by the promise."""

from datetime import datetime

from config.settings import ISTANBUL
from domain.expectation import Expected, Running
from router.working_days import after_working_days
from router.working_time import closing


def expected(case: Running, now: datetime) -> Expected:
    """What its citizen may be told at `now` (aware).

    Experience never makes a promise later, and what is told of it is over as soon as it did not hold: from
    then on the promise speaks. Like the promise it does not count the day of receipt, so the least is one.
    """
    if case.usual_days is None:
        return Expected(at=case.due_at)
    days = max(case.usual_days, 1)
    usual_at = closing(after_working_days(case.opened_at.astimezone(ISTANBUL).date(), days))
    if now >= usual_at or usual_at >= case.due_at:
        return Expected(at=case.due_at)
    return Expected(at=usual_at, usual_days=days)
