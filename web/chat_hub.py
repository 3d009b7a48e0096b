"""Which visitors are connected to this process, and how they hear of news in their chats.

A bell (Redis) wakes a connection within a moment, whichever process or worker wrote the line; a look at all
connected chats every few seconds finds what a lost bell would have told. Lines themselves are always read
from their rows.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from domain.errors import ConnectionFailedError
from pipeline.chat_bell import AGENT_TYPING, LINES, TYPING, ChatBell, bell_of
from pipeline.desk import Desk
from pipeline.log import get_logger

LOOK_SECONDS = 3.0
PRESENCE_SECONDS = 15.0
PATIENCE_SECONDS = 8.0
"""How long a visitor waits for the database before being told that nothing is stored."""
THREADS = 6
"""Of this process for chats: a database that hangs must not take the pages' threads along."""
MOST_CONNECTIONS, MOST_OF_ONE_CLIENT = 4000, 400
"""Connections last for hours: counting new ones alone would let one address take every place in time."""
TYPING_SECONDS = 6.0
T = TypeVar("T")
_log = get_logger(__name__)


class Ear:
    """One connection's: `woken` is set on news, `sent` is the last line its visitor was sent."""

    def __init__(self, public_id: str, sent: int) -> None:
        self.public_id = public_id
        self.sent = sent
        self.woken = asyncio.Event()
        self.agent_typing = False

    def hear(self, news: str) -> None:
        """Take note of a bell."""
        if news == AGENT_TYPING:
            self.agent_typing = True
        if news != TYPING:
            self.woken.set()


class ChatHub:
    """The connections of one process. Use it from its event loop only; close it when the process ends."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self._seats: Counter[str] = Counter()
        self._typed_at: dict[str, float] = {}
        self._stop = Event()
        self._thread: Thread | None = None
        self._looking: asyncio.Task[None] | None = None
        self._pool: ThreadPoolExecutor | None = None

    @property
    def bell(self) -> ChatBell:
        """The bell of the desk."""
        return bell_of(self.desk)

    @contextmanager
    def seat(self, client: str) -> Iterator[bool]:
        """Whether there is room for one more connection of this address; it takes its place until left."""
        room = self._seats.total() < MOST_CONNECTIONS and self._seats[client] < MOST_OF_ONE_CLIENT
        self._seats[client] += room
        try:
            yield room
        finally:
            self._seats[client] -= room
            if not self._seats[client]:
                del self._seats[client]

    def join(self, ear: Ear) -> None:
        """Have a connection hear of its chat's news."""
        self.start()
        self._ears[ear.public_id].add(ear)

    def leave(self, ear: Ear) -> None:
        """Forget a connection."""
        self._ears[ear.public_id].discard(ear)
        if not self._ears[ear.public_id]:
            del self._ears[ear.public_id]

    async def work(self, job: Callable[[], T]) -> T:
        """Do something with the database, on a thread of the chats'. Raises what it raises, and
        ConnectionFailedError when it takes too long."""
        # A pool of its own: anyio gives a thread's place away when its caller gives up, so that threads which
        # hang would have no end.
        self._pool = self._pool or ThreadPoolExecutor(THREADS, "chats")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await asyncio.wrap_future(self._pool.submit(job))
        except TimeoutError:
            raise ConnectionFailedError("the database takes too long") from None

    def is_typing(self, public_id: str) -> bool:
        """Whether the visitor of a chat was typing a moment ago."""
        return time.monotonic() - self._typed_at.get(public_id, -TYPING_SECONDS) < TYPING_SECONDS

    def start(self) -> None:
        """Listen for bells and look around from now on; again is harmless."""
        if self._thread is None:
            loop = asyncio.get_running_loop()
            heard = partial(_hand_to, loop, self._heard)
            self._thread = Thread(
                target=self.bell.listen, args=(heard, self._stop), name="chats", daemon=True
            )
            self._thread.start()
            self._looking = loop.create_task(self._look_around())

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._looking:
            self._looking.cancel()
        if self._thread:
            self._thread.join(5)
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _heard(self, public_id: str, news: str) -> None:
        if news == TYPING:
            now = time.monotonic()
            self._typed_at = {k: at for k, at in self._typed_at.items() if now - at < TYPING_SECONDS}
            self._typed_at[public_id] = now
        for ear in self._ears.get(public_id, ()):
            ear.hear(news)

    async def _look_around(self) -> None:
        seen_at = 0.0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            present = time.monotonic() - seen_at > PRESENCE_SECONDS
            try:
                await self._look(present=present)
            except ConnectionFailedError as error:
                _log.debug("chats_not_looked_at", error=str(error))
            except Exception:
                _log.exception("chats_look_broke")
            else:
                seen_at = time.monotonic() if present else seen_at

    async def _look(self, *, present: bool) -> None:
        ids = list(self._ears)
        if not ids:
            return
        found = await self.work(partial(_looked, self.desk, ids, present))
        for public_id, last_seq in found.items():
            for ear in self._ears.get(public_id, ()):
                if ear.sent < last_seq:
                    ear.hear(LINES)


def _looked(desk: Desk, ids: list[str], present: bool) -> dict[str, int]:
    with desk.uow() as uow:
        if present:
            uow.chats.connected(ids, desk.now())
            uow.commit()
        return uow.chats.last_seqs(ids)


def _hand_to(
    loop: asyncio.AbstractEventLoop, heard: Callable[[str, str], None], public_id: str, news: str
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(heard, public_id, news)
