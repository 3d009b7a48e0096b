"""Keeps one fetching process for each polled account this host holds the lease of.

A process an account, so that a hung or crashing one is killed and started again without touching any other. A
lease an account, so that over all hosts nobody else reads it meanwhile.
"""

import multiprocessing
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import Any
from uuid import uuid4

from config.accounts import unseal
from connectors.registry import CONNECTORS
from domain.errors import DeskError
from domain.vocabulary import Channel
from pipeline.desk import Desk
from pipeline.fetch import fetch_forever
from pipeline.log import get_logger
from pipeline.orphans import end_with_master
from store.records import Account

LEASE = timedelta(seconds=60)
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


@dataclass
class Fetchers:
    """The fetching processes of this host. `run` blocks until `stop` is set."""

    desk: Desk
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}")
    stop: Event = field(default_factory=Event)
    _children: dict[int, _Child] = field(default_factory=dict)
    _not_before: dict[int, float] = field(default_factory=dict)

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
        for account_id in set(self._children) - set(wanted):
            self._end(account_id)
        for account in wanted.values():
            if self._lease(account.id) and account.id not in self._children:
                self._start(account)

    def pids(self) -> dict[int, int]:
        """The process of each account that is being read here."""
        return {account_id: child.process.pid for account_id, child in self._children.items()}

    def _reap(self) -> None:
        for account_id, child in list(self._children.items()):
            silent = time.monotonic() - child.progress.value > child.silent_after
            if silent and child.process.is_alive():
                _log.error("fetcher_silent", account=child.account.name, seconds=child.silent_after)
                child.process.kill()
            if silent or not child.process.is_alive():
                child.process.join()
                _log.warning("fetcher_ended", account=child.account.name, code=child.process.exitcode)
                self._not_before[account_id] = time.monotonic() + RESTART_SECONDS
                del self._children[account_id]

    def _lease(self, account_id: int) -> bool:
        with self.desk.uow() as uow:
            held = uow.leases.take(lease_name(account_id), self.holder, self.desk.now(), LEASE)
            uow.commit()
        if held is None and account_id in self._children:
            self._end(account_id)
        return held is not None

    def _start(self, account: Account) -> None:
        if time.monotonic() < self._not_before.get(account.id, 0):
            return
        spec = CONNECTORS[Channel(account.channel)]
        progress = _fork.Value("d", time.monotonic(), lock=False)
        lease = (lease_name(account.id), self.holder)
        process = _fork.Process(
            target=_child_main, args=(self.desk, account.id, lease, progress), name=f"fetch {account.name}"
        )
        process.start()
        silent_after = spec.wait_seconds + spec.deadline_seconds
        self._children[account.id] = _Child(account, process, progress, silent_after)
        _log.info("fetcher_started", account=account.name, pid=process.pid)

    def _end(self, account_id: int) -> None:
        child = self._children.pop(account_id)
        child.process.terminate()
        child.process.join(5)
        if child.process.is_alive():
            child.process.kill()
            child.process.join()

    def end_all(self) -> None:
        """End every process and give its lease back."""
        for child in self._children.values():
            child.process.terminate()
        for account_id in list(self._children):
            self._end(account_id)
            with self.desk.uow() as uow:
                uow.leases.release(lease_name(account_id), self.holder)
                uow.commit()


def lease_name(account_id: int) -> str:
    """The lease of reading an account."""
    return f"fetch:{account_id}"


def _polls(desk: Desk, account: Account) -> bool:
    try:
        spec = CONNECTORS[Channel(account.channel)]
        return spec.polls(unseal(spec.settings, account.settings, account.secrets, desk.keyring))
    except (DeskError, ValueError, KeyError) as error:
        _log.warning("account_unusable", account=account.name, error=str(error))
        return False


def _child_main(parent: Desk, account_id: int, lease: tuple[str, str], progress: Any) -> None:
    # The parent's sockets stay the parent's: this process opens its own.
    parent.engine.dispose(close=False)
    stop = Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_master()

    def tick() -> None:
        progress.value = time.monotonic()

    desk = Desk(parent.settings, now=parent.now)
    fetch_forever(desk, account_id, lease, stop, tick)
