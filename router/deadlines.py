"""Until when a case must be answered: the desk's promise and the law's ceiling, both as UTC.

Days are counted in Istanbul and the day of receipt is not counted; a deadline in days ends when offices
close. Where the law leaves room, its ceiling is read strictly, so that keeping ours always keeps the law's:
half days count, and a thirtieth day without office hours ends on the working day before it. The promise is
read in the units' favour: half days do not count, and nothing is due on one.
"""

from datetime import UTC, date, datetime, timedelta

from config.settings import ISTANBUL
from domain.decisions import ResolutionTime
from domain.vocabulary import CaseKind
from router.working_days import after_working_days, on_or_before
from router.working_time import closing

PETITION_DAYS = 30
"""Law 3071, article 7. A data subject's request has the same thirty days by law 6698, article 13."""
INFORMATION_WORKING_DAYS = 15
"""Law 4982, article 11, first sentence."""


def promised_at(time: ResolutionTime, now: datetime) -> datetime:
    """When the desk promises an answer to what arrived at `now` (aware), in UTC.

    Hours run around the clock; working days end at 17:30 in Istanbul, never on a half day.
    """
    if time.hours is not None:
        return now.astimezone(UTC) + timedelta(hours=time.hours)
    return closing(after_working_days(_received(now), time.working_days or 0))


def legal_due_at(kind: CaseKind, now: datetime) -> datetime:
    """The last moment the law leaves for what arrived at `now` (aware), in UTC.

    Every message counts as a petition: 30 days (law 3071, art. 7). One that asks for information has 15
    working days (law 4982, art. 11) where that is shorter. Thanks are no petition by the letter (art. 3:
    wishes and complaints), but a kind is only guessed and a small wish often stands in them: they keep the
    thirty days. So does a report of danger, whose promise is a matter of hours.
    """
    received = _received(now)
    last = on_or_before(received + timedelta(days=PETITION_DAYS), half_days=True)
    if kind is CaseKind.INFORMATION:
        last = min(last, after_working_days(received, INFORMATION_WORKING_DAYS, half_days=True))
    return closing(last)


def _received(now: datetime) -> date:
    return now.astimezone(ISTANBUL).date()
