"""Group commit: a thread does together whatever has gathered while it was busy."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")
_Waiting = tuple[T, "Future[None]"]


class Gathering(Generic[T]):
    """Hands what many callers submit to one piece of work, several at a time, in the order they came.

    Under light load a group is one and leaves at once; under a flood groups grow by themselves, up to `most`.
    `linger` seconds are waited for company first. With several `threads`, a group is gathered while another
    one waits for the disk. An error of the work is every member's error.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[list[T]], None],
        *,
        most: int = 64,
        linger: float = 0.0,
        threads: int = 1,
    ) -> None:
        self._work = work
        self._most = most
        self._linger = linger
        self._waiting: SimpleQueue[_Waiting[T] | None] = SimpleQueue()
        self._since: list[float | None] = [None] * threads
        self._threads = [
            Thread(target=self._run, args=(n,), name=f"{name}-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, one: T) -> "Future[None]":
        """Join the next group. The future ends as its work does; cancelled in time, it leaves the group."""
        future: Future[None] = Future()
        self._waiting.put((one, future))
        return future

    @property
    def busy_seconds(self) -> float:
        """For how long every thread has had its group in hand; 0 while one is free."""
        begun = list(self._since)
        return min(time.monotonic() - since if since is not None else 0.0 for since in begun)

    def close(self, timeout: float | None = None) -> None:
        """Finish what was submitted before, then end the threads; wait for each so many seconds at most."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join(timeout)

    def _run(self, number: int) -> None:
        while (first := self._waiting.get()) is not None:
            if self._linger:
                time.sleep(self._linger)
            group, last = self._gather(first)
            self._since[number] = time.monotonic()
            self._do(group)
            self._since[number] = None
            if last:
                return

    def _gather(self, first: _Waiting[T]) -> tuple[list[_Waiting[T]], bool]:
        group = [first]
        while len(group) < self._most:
            try:
                following = self._waiting.get_nowait()
            except Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _do(self, group: list[_Waiting[T]]) -> None:
        members = [(one, future) for one, future in group if future.set_running_or_notify_cancel()]
        if not members:
            return
        try:
            self._work([one for one, _ in members])
        except BaseException as error:
            for _, future in members:
                future.set_exception(error)
        else:
            for _, future in members:
                future.set_result(None)
