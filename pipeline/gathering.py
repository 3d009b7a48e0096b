"""Group commit: one thread does together whatever has gathered while it was busy."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")
_Waiting = tuple[T, "Future[None]"]


class Gathering(Generic[T]):
    """Hands what many callers submit to one piece of work, several at a time, in the order they came.

    Under light load a group is one and leaves at once; under a flood groups grow by themselves, up to `most`.
    `linger` seconds are waited for company first. An error of the work is every member's error.
    """

    def __init__(
        self, name: str, work: Callable[[list[T]], None], *, most: int = 64, linger: float = 0.0
    ) -> None:
        self._work = work
        self._most = most
        self._linger = linger
        self._since: float | None = None
        self._waiting: SimpleQueue[_Waiting[T] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, one: T) -> "Future[None]":
        """Join the next group. The future ends as its work does; cancelled in time, it leaves the group."""
        future: Future[None] = Future()
        self._waiting.put((one, future))
        return future

    @property
    def busy_seconds(self) -> float:
        """For how long the group in hand has been worked on; 0 between groups."""
        since = self._since
        return time.monotonic() - since if since is not None else 0.0

    def close(self, timeout: float | None = None) -> None:
        """Finish what was submitted before, then end the thread; wait for that so many seconds at most."""
        self._waiting.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            if self._linger:
                time.sleep(self._linger)
            group, last = self._gather(first)
            self._do(group)
            if last:
                return

    def _gather(self, first: _Waiting[T]) -> tuple[list[_Waiting[T]], bool]:
        group = [first]
        while len(group) < self._most and not self._waiting.empty():
            following = self._waiting.get()
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _do(self, group: list[_Waiting[T]]) -> None:
        members = [(one, future) for one, future in group if future.set_running_or_notify_cancel()]
        if not members:
            return
        self._since = time.monotonic()
        try:
            self._work([one for one, _ in members])
        except BaseException as error:
            for _, future in members:
                future.set_exception(error)
        else:
            for _, future in members:
                future.set_result(None)
        finally:
            self._since = None
