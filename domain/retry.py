"""When a step that failed is tried again: one rule for every step of the pipeline.

The waits of the other side are honoured (RFC 9110, 10.2.3 `Retry-After`); our own grow fourfold from five
seconds to four hours: five attempts span some seven minutes, twelve some twenty-two hours.
"""

from datetime import datetime, timedelta

from domain.errors import TransientError

FIRST_WAIT = timedelta(seconds=5)
GROWTH = 4
LONGEST_WAIT = timedelta(hours=4)
LONGEST_WISH = timedelta(days=7)
"""A wait asked for beyond this is taken for a mistake of the other side."""


def next_try_at(
    attempts: int, error: TransientError | None, now: datetime, *, max_attempts: int, jitter: float
) -> datetime | None:
    """The time of the next attempt, in `now`'s zone, or None when `attempts` (made so far) were enough.

    A `retry_after` is honoured exactly, up to seven days. Otherwise the wait grows, lengthened by up to half
    with `jitter` (a random number in [0, 1) that the caller draws), so that rows do not return in step.
    """
    if attempts >= max_attempts:
        return None
    if error is not None and error.retry_after is not None:
        return now + min(max(error.retry_after, timedelta(0)), LONGEST_WISH)
    return now + _own_wait(attempts) * (1 + jitter / 2)


def _own_wait(attempts: int) -> timedelta:
    wait = FIRST_WAIT
    for _ in range(1, attempts):
        wait *= GROWTH
        if wait >= LONGEST_WAIT:
            return LONGEST_WAIT
    return wait
