"""Keeps one fetching process for each polled account this host holds the lease of.

A process an account, so that a hung or crashing one is killed and started again without touching any other. A
lease an account, so that over all hosts nobody else reads it meanwhile.
"""

import multiprocessing
import signal
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import Any

from config.accounts import unseal
from connectors.registry import CONNECTORS
from domain.errors import DeskError, TransientError
from domain.vocabulary import Channel, Direction
from pipeline.desk import Desk
from pipeline.fetch import Reader
from pipeline.health import record_failure
from pipeline.log import get_logger
from pipeline.orphans import end_with_master
from store.records import Account

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 15.0
TICK_SECONDS = 1.0
RESTART_SECONDS = 5.0
_fork = multiprocessing.get_context("fork")
_log = get_logger(__name__)


@dataclass
class _Child:
    account: Account
    process: Any
    progress: Any
    silent_after: float

    @property
    def silent(self) -> bool:
        return bool(time.monotonic() - self.progress.value > self.silent_after)


@dataclass
class Fetchers:
    """The fetching processes of this host; `holder` is what its leases are held by. `run` blocks until
    `stop` is set."""

    desk: Desk
    holder: str
    stop: Event = field(default_factory=Event)
    _children: dict[int, _Child] = field(default_factory=dict)
    _not_before: dict[int, float] = field(default_factory=dict)
    _renew_at: dict[int, float] = field(default_factory=dict)

    def run(self) -> None:
        """Keep the processes until told to stop; then end them and give the leases back."""
        while not self.stop.is_set():
            try:
                self.tick()
            except DeskError as error:
                _log.warning("fetchers_tick_failed", error=str(error))
            self.stop.wait(TICK_SECONDS)
        self.end_all()

    def tick(self) -> None:
        """Reap what died, kill what fell silent, renew leases, start what is missing."""
        self._reap()
        with self.desk.uow() as uow:
            wanted = {a.id: a for a in uow.accounts.all(only_enabled=True) if _polls(self.desk, a)}
        # By leases and not by children: a reader that saw the switch first has ended by itself.
        self._end([account_id for account_id in self._renew_at if account_id not in wanted])
        for account in wanted.values():
            if self._holds(account.id) and account.id not in self._children:
                self._start(account)

    def pids(self) -> dict[int, int]:
        """The process of each account that is being read here."""
        return {account_id: child.process.pid for account_id, child in self._children.items()}

    def end_all(self) -> None:
        """End every process and give its lease back."""
        self._end(list(self._renew_at))

    def _reap(self) -> None:
        for account_id, child in list(self._children.items()):
            silent = child.silent
            if silent:
                child.process.kill()
            if silent or not child.process.is_alive():
                child.process.join()
                del self._children[account_id]
                self._not_before[account_id] = time.monotonic() + RESTART_SECONDS
                self._tell(child, silent)

    def _tell(self, child: _Child, silent: bool) -> None:
        code = child.process.exitcode
        _log.warning("fetcher_ended", account=child.account.name, silent=silent, code=code)
        if silent:
            why = f"nothing was heard of its reader for {child.silent_after:.0f} s, so it was ended"
        elif code:
            why = f"its reader broke down (exit status {code})"
        else:
            return  # it was switched off, or somebody else reads it
        record_failure(self.desk, child.account, Direction.INBOUND, TransientError(why))

    def _holds(self, account_id: int) -> bool:
        """Whether the account is ours to read; its process is ended when it no longer is."""
        if account_id in self._children and time.monotonic() < self._renew_at.get(account_id, 0):
            return True
        with self.desk.uow() as uow:
            held = uow.leases.take(lease_name(account_id), self.holder, self.desk.now(), LEASE)
            uow.commit()
        self._renew_at[account_id] = time.monotonic() + RENEW_SECONDS
        if held is None:
            self._end([account_id])  # gives back what is ours only: nothing
        return held is not None

    def _start(self, account: Account) -> None:
        if time.monotonic() < self._not_before.get(account.id, 0):
            return
        spec = CONNECTORS[Channel(account.channel)]
        progress = _fork.Value("d", time.monotonic(), lock=False)
        lease = (lease_name(account.id), self.holder)
        process = _fork.Process(
            target=_child_main,
            args=(self.desk, account.id, lease, progress),
            name=f"fetch {account.name}",
        )
        process.start()
        silent_after = spec.wait_seconds + spec.deadline_seconds
        self._children[account.id] = _Child(account, process, progress, silent_after)
        _log.info("fetcher_started", account=account.name, pid=process.pid)

    def _end(self, account_ids: list[int]) -> None:
        children = [child for i in account_ids if (child := self._children.pop(i, None))]
        for child in children:
            child.process.terminate()
        until = time.monotonic() + 5
        for child in children:
            child.process.join(max(0, until - time.monotonic()))
            child.process.kill()
            child.process.join()
        for account_id in account_ids:
            self._renew_at.pop(account_id, None)
            self._release(account_id)

    def _release(self, account_id: int) -> None:
        try:
            with self.desk.uow() as uow:
                uow.leases.release(lease_name(account_id), self.holder)
                uow.commit()
        except DeskError as error:
            _log.warning("lease_not_released", account_id=account_id, error=str(error))  # it ends by itself


def lease_name(account_id: int) -> str:
    """The lease of reading an account."""
    return f"fetch:{account_id}"


def _polls(desk: Desk, account: Account) -> bool:
    spec = CONNECTORS.get(Channel(account.channel)) if account.channel in set(Channel) else None
    if spec is None:
        return False  # a newer program's account
    try:
        return spec.polls(unseal(spec.settings, account.settings, account.secrets, desk.keyring))
    except DeskError:
        return True  # its reader will say what is wrong with it, in the account's health


def _child_main(parent: Desk, account_id: int, lease: tuple[str, str], progress: Any) -> None:
    # Nobody would watch over it, and renew its lease, once its parent is gone.
    end_with_master(signal.SIGKILL)
    # The parent's sockets stay the parent's: this process opens its own.
    parent.engine.dispose(close=False)
    stop = Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def tick() -> None:
        progress.value = time.monotonic()

    desk = Desk(parent.settings, now=parent.now)
    Reader(desk, account_id, lease, stop, tick).run()
