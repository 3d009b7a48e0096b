"""Takes in what calls bring: by group commit, or onto disk while the database is out.

A call is answered only when one of the two has it. The database gets a short time, then the spool does: who
calls waits seconds at most (S3), and what is stored twice is one row.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Event, Thread

from domain.errors import ConnectionFailedError, DeskError
from domain.vocabulary import Queue
from pipeline.calls import Call, store_calls
from pipeline.desk import Desk
from pipeline.gathering import Gathering
from pipeline.hook_accounts import HookAccounts
from pipeline.log import get_logger
from pipeline.spool import drain_spool, spool_of

PATIENCE_SECONDS, PATIENCE_WITH_FILES_SECONDS = 2.0, 8.0
"""How long a call waits for the database before it goes to the spool."""
ROUND_SECONDS = 2.0
"""How often the background thread looks after accounts and spool."""
WRITERS = 2
"""Groups that are committed side by side: a commit is mostly waiting for the disk."""
CLOSING_SECONDS = 5.0
SPOOL_LINGER_SECONDS = 0.02
"""Calls wait so long for company on their way to disk: fewer files."""
_log = get_logger(__name__)


class Reception:
    """What the web process takes calls in with: its desk, its accounts, its threads. Close it when done."""

    def __init__(self, desk: Desk) -> None:
        self._bell: Gathering[Queue] = Gathering("bell", partial(_ring_each, desk), most=1000)
        self.desk = replace(desk, ring=self._ring)
        self.accounts = HookAccounts(self.desk)
        store = partial(store_calls, self.desk)
        small: Gathering[Call] = Gathering("accept", store, threads=WRITERS)
        with_files: Gathering[Call] = Gathering("accept-files", store, most=4)
        self._lanes = ((small, PATIENCE_SECONDS), (with_files, PATIENCE_WITH_FILES_SECONDS))
        self._spooled: Gathering[Call] = Gathering("spool", self._spool, linger=SPOOL_LINGER_SECONDS)
        self._out_until = 0.0
        self._closing = Event()
        self._keeper = Thread(target=self._keep, name="reception", daemon=True)
        self._keeper.start()

    async def take(self, call: Call, *, large: bool = False) -> bool:
        """Store a call; True when it is committed, False when it is on disk for later.

        `large` keeps big files out of the small ones' way. Raises ConnectionFailedError when neither database
        nor disk has it: the caller must then be told to come again.
        """
        if call and not await self._committed(call, large=large):
            await asyncio.wrap_future(self._spooled.submit(call))
            return False
        return True

    async def _committed(self, call: Call, *, large: bool) -> bool:
        lane, patience = self._lanes[large]
        if time.monotonic() < self._out_until or lane.busy_seconds > patience:
            return False
        try:
            async with asyncio.timeout(patience):
                await asyncio.wrap_future(lane.submit(call))
        except (ConnectionFailedError, TimeoutError) as error:
            self._database_is_out(error)
            return False
        except Exception:
            _log.exception("call_not_stored")
            return False
        return True

    def close(self) -> None:
        """Finish what was taken in, then stop the threads; one that hangs on the database is left behind."""
        self._closing.set()
        for lane in (*(lane for lane, _ in self._lanes), self._spooled):
            lane.close(CLOSING_SECONDS)
        self._bell.close(CLOSING_SECONDS)
        self._keeper.join(CLOSING_SECONDS)

    def _database_is_out(self, error: Exception) -> None:
        if time.monotonic() >= self._out_until:
            _log.warning("calls_go_to_the_spool", error=str(error) or type(error).__name__)
        self._out_until = time.monotonic() + ROUND_SECONDS

    def _ring(self, queue: Queue) -> None:
        self._bell.submit(queue)

    def _spool(self, calls: Sequence[Call]) -> None:
        spool_of(self.desk).keep(calls, self.desk.now())

    def _keep(self) -> None:
        while not self._closing.is_set():
            try:
                self.accounts.refresh()
                drain_spool(self.desk)
            except DeskError as error:
                _log.debug("database_out_of_reach", error=str(error))
            except Exception:
                _log.exception("reception_round_broke")
            self._closing.wait(ROUND_SECONDS)


def _ring_each(desk: Desk, queues: Sequence[Queue]) -> None:
    for queue in dict.fromkeys(queues):
        desk.wake(queue)
