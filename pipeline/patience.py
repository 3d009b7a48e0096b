"""Writing down what has happened outside, even when the database is away at that very moment."""

import time
from collections.abc import Callable
from typing import TypeVar

from store.failures import DatabaseAwayError

_STEP = 1.0
_T = TypeVar("_T")


def patiently(work: Callable[[], _T], timeout: float = 60.0) -> _T:
    """What the work returns, tried again while the database is away.

    Raises DatabaseAwayError after `timeout` seconds; doing the work twice must be harmless.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            return work()
        except DatabaseAwayError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_STEP)
