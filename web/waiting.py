"""Waits a moment, beside the event loop, for what the workers are about to write."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from domain.errors import ConnectionFailedError
from pipeline.log import get_logger

WAIT_SECONDS = 2.0
FIRST_PAUSE_SECONDS, GROWTH = 0.05, 1.6
_log = get_logger(__name__)
Found = TypeVar("Found")


async def wait_for(
    look: Callable[[], Found | None],
    *,
    seconds: float = WAIT_SECONDS,
    settled: Callable[[Found | None], bool] = bool,
) -> Found | None:
    """What `look` finds once that is `settled`, or when so many seconds are over; None while the database is
    away."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
    while True:
        try:
            found = await run_in_threadpool(look)
        except ConnectionFailedError as error:
            _log.warning("receipt_without_database", error=str(error))
            return None
        if settled(found) or time.monotonic() + pause > deadline:
            return found
        await asyncio.sleep(pause)
        pause *= GROWTH
