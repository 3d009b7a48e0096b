"""Waiting for a condition of another process, for which the system offers no event."""

import time
from collections.abc import Callable

from domain.errors import ConnectionFailedError

_STEP = 0.05


def until(ready: Callable[[], bool], what: str, timeout: float) -> None:
    """Return as soon as the condition holds. Raises ConnectionFailedError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() >= deadline:
            raise ConnectionFailedError(f"waited {timeout:.0f} s in vain for {what}")
        time.sleep(_STEP)
