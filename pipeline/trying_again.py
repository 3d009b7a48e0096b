"""When what failed is tried again: the one rule of `domain.retry`, with the chance that spreads retries."""

import random
from datetime import datetime

from domain.errors import TransientError
from domain.retry import next_try_at


def again_at(attempts: int, error: Exception | None, now: datetime, *, most: int) -> datetime | None:
    """The time of the next attempt, in `now`'s zone; None when `attempts`, made so far, are `most`.

    Only a TransientError may say when that shall be.
    """
    wish = error if isinstance(error, TransientError) else None
    jitter = random.random()  # noqa: S311 - it spreads retries, and guards nothing
    return next_try_at(attempts, wish, now, max_attempts=most, jitter=jitter)
