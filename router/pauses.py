"""How due times move when a case has waited for its citizen, or gets more time.

What ends with offices moves by working days and still ends with them; what was promised in hours moves by the
clock. The law's ceiling moves only where the law says so, and no further.
"""

from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.vocabulary import CaseKind, PauseCause
from router.deadlines import INFORMATION_WORKING_DAYS
from router.working_days import after_working_days, is_working_day
from router.working_time import closing, ends_with_the_day

EXTENSION_WORKING_DAYS = 30 - INFORMATION_WORKING_DAYS
"""Law 4982, article 11: thirty in all where another unit's or institution's answer is needed."""
PAID_WITHIN = INFORMATION_WORKING_DAYS
"""Law 4982, article 11: who has not paid the fee after so many working days has given the request up."""
_DAY = timedelta(days=1)


def stops_the_law(kind: CaseKind, cause: PauseCause) -> bool:
    """Whether the law's clock stands still: for a request for information whose fee was told (law 4982,
    art. 11). Law 3071 knows nothing of the kind, nor does either of questions."""
    return kind is CaseKind.INFORMATION and cause is PauseCause.FEE


def moved(due_at: datetime, since: datetime, until: datetime, *, half_days: bool) -> datetime:
    """A due time, in UTC, after a pause between two aware times: later by the working days that ended in it,
    or, for one that does not end with offices, by what the pause lasted."""
    if not ends_with_the_day(due_at):
        return due_at.astimezone(UTC) + (until - since)
    return later(due_at, days_ended(since, until, half_days=half_days), half_days=half_days)


def later(due_at: datetime, working_days: int, *, half_days: bool) -> datetime:
    """A due time so many working days later, when offices close; unchanged for none."""
    if not working_days:
        return due_at.astimezone(UTC)
    return closing(after_working_days(due_at.astimezone(ISTANBUL).date(), working_days, half_days=half_days))


def days_ended(since: datetime, until: datetime, *, half_days: bool) -> int:
    """How many working days closed after one aware time and not after the other."""
    day, last = since.astimezone(ISTANBUL).date(), until.astimezone(ISTANBUL).date()
    count = 0
    while day <= last:
        count += is_working_day(day, half_days=half_days) and since < closing(day) <= until
        day += _DAY
    return count
