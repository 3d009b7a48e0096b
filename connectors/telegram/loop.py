"""An event loop in a thread of its own: how the rest of the program, which is synchronous, uses a library
that is not."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from domain.errors import ConnectionFailedError

T = TypeVar("T")
_GRACE = 5.0


class LoopThread:
    """Runs coroutines for callers of other threads until it is closed; `at_end` is awaited last of all."""

    def __init__(self, name: str, at_end: Callable[[], Awaitable[None]]) -> None:
        self._loop = asyncio.new_event_loop()
        self._at_end = at_end
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T:
        """The coroutine's result. Raises what it raises, and ConnectionFailedError when it has none after so
        many seconds or the loop ends meanwhile; it is then cancelled."""
        if self._closed:
            coroutine.close()
            raise ConnectionFailedError("The connection has been closed")
        future: Future[T] = asyncio.run_coroutine_threadsafe(_within(coroutine, seconds), self._loop)
        try:
            return future.result(seconds + _GRACE)
        except (TimeoutError, CancelledError) as error:
            raise ConnectionFailedError("There was no answer in time") from error
        finally:
            future.cancel()

    def close(self) -> None:
        """End what still runs, then the thread. Never raises; may be called by the thread itself."""
        if self._closed:
            return
        self._closed = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(_GRACE)

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(self._finish())
        self._loop.close()

    async def _finish(self) -> None:
        rest = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._at_end()


async def _within(coroutine: Coroutine[Any, Any, T], seconds: float) -> T:
    async with asyncio.timeout(seconds):
        return await coroutine
