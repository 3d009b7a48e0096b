"""Reads one polled account: poll, accept, acknowledge, and wait for news. Runs in a process of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from connectors.base import Acknowledging, Batch, PollConnector, RotatingSecrets, Waiting
from connectors.registry import CONNECTORS
from domain.errors import DeskError, PermanentError, TransientError
from domain.vocabulary import Channel, Direction
from pipeline.accept import Intake, LeaseLostError
from pipeline.calls import store_intake
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success, record_trouble
from pipeline.log import get_logger
from pipeline.patience import patiently
from pipeline.reconcile import Reconciler
from store.failures import DatabaseAwayError
from store.records import Account

LONGEST_NAP = 5.0
"""Seconds after which an account that is left alone is looked at again: somebody may have mended it."""
_log = get_logger(__name__)


@dataclass
class Reader:
    """Reads one account until told to stop, switched off, or its lease is lost.

    `progress` is called before every step that may block; a watchdog kills this process when it falls silent.
    """

    desk: Desk
    account_id: int
    lease: tuple[str, str]
    stop: Event
    progress: Callable[[], None]
    _connector: PollConnector | None = None
    _revision: int = 0

    def __post_init__(self) -> None:
        self._reconciler = Reconciler(self.desk)

    def run(self) -> None:
        """Read until there is a reason not to."""
        try:
            while not self.stop.is_set() and self._goes_on():
                pass
        except LeaseLostError as error:
            _log.warning("lease_lost", account_id=self.account_id, error=str(error))
        finally:
            self._drop()

    def _goes_on(self) -> bool:
        self.progress()
        try:
            account, not_before = self._standing()
            if account is None or not account.enabled:
                return False
            if not_before and not_before > self.desk.now():
                self._nap((not_before - self.desk.now()).total_seconds())
            else:
                self._read(account)
        except DatabaseAwayError as error:
            # No fault of the account's: its health says nothing of it, and nobody is told.
            _log.warning("database_out_of_reach", account_id=self.account_id, error=str(error))
            self._nap(1)
        return True

    def _standing(self) -> tuple[Account | None, datetime | None]:
        with self.desk.uow() as uow:
            health = uow.health.get(self.account_id, Direction.INBOUND)
            return uow.accounts.get(self.account_id), health.not_before if health else None

    def _read(self, account: Account) -> None:
        try:
            if account.revision != self._revision:
                self._drop()  # it was built of settings that were changed since
            self._revision = account.revision
            self._connector = self._connector or _poller(self.desk, account)
            more = fetch_once(self.desk, account, self._connector, self.lease)
            self.progress()
            if not more:
                self._reconciler.look(account, self._connector, self.progress)
                _wait(self._connector, account, self.stop)
        except (LeaseLostError, DatabaseAwayError):
            raise
        except DeskError as error:
            self._failed(account, error)
        except Exception as error:
            _log.exception("connector_broke", account=account.name)
            self._failed(account, TransientError(f"the connector broke: {type(error).__name__}"))

    def _failed(self, account: Account, error: DeskError) -> None:
        _log.warning("fetch_failed", account=account.name, error=f"{type(error).__name__}: {error}")
        if isinstance(error, PermanentError):
            self._drop()  # what is mended meanwhile is seen by a new one only
        record_failure(self.desk, account, Direction.INBOUND, error)

    def _nap(self, seconds: float) -> None:
        self.stop.wait(min(seconds, LONGEST_NAP))

    def _drop(self) -> None:
        connector, self._connector = self._connector, None
        if connector is not None:
            connector.close()


def fetch_once(desk: Desk, account: Account, connector: PollConnector, lease: tuple[str, str] | None) -> bool:
    """One poll, stored and acknowledged; says whether the source holds more.

    Raises a DeskError; LeaseLostError before the source is asked when somebody else reads it now.
    """
    with desk.uow() as uow:
        if lease and not uow.leases.holds(*lease, desk.now()):
            raise LeaseLostError(f"the lease {lease[0]} is somebody else's now")
        cursor = uow.accounts.cursor(account.id)
    try:
        batch = connector.poll(cursor)
    finally:
        keep_rotated(desk, account, connector)
    moved = {account.id: batch.cursor} if batch.cursor != cursor else {}
    items = [(account.id, item) for item in batch.items]
    if items or batch.reports or moved:
        store_intake(desk, Intake(items=items, reports=batch.reports, cursors=moved, lease=lease))
    untold = _acknowledge(connector, batch, account)
    # Where the cursor has moved the next poll goes on all the same; else it would bring the very same again.
    stuck = untold if not moved else None
    if trouble := batch.trouble or stuck:
        record_trouble(desk, account, Direction.INBOUND, trouble, messages=len(items))
    else:
        record_success(desk, account, Direction.INBOUND, messages=len(items), backlog=batch.backlog)
    return batch.more and not stuck


def keep_rotated(desk: Desk, account: Account, connector: object) -> None:
    """Store a token the provider has just replaced, before anything else can fail: the old one is dead.

    A database that is away is waited for; raises DatabaseAwayError after two minutes.
    """
    rotated = connector.take_rotated() if isinstance(connector, RotatingSecrets) else {}
    if rotated:
        patiently(lambda: _replace_secrets(desk, account, rotated), timeout=120)


def _replace_secrets(desk: Desk, account: Account, rotated: dict[str, str]) -> None:
    with desk.uow() as uow:
        current = uow.accounts.locked(account.id)
        if current is None:
            return
        known = json.loads(desk.keyring.decrypt(current.secrets)) if current.secrets else {}
        sealed = desk.keyring.encrypt(json.dumps(known | rotated))
        uow.accounts.replace_secrets(account.id, sealed, desk.keyring.key_id)
        uow.commit()


def _poller(desk: Desk, account: Account) -> PollConnector:
    connector = build_connector(desk, account)
    if not isinstance(connector, PollConnector):
        raise TypeError(f"{account.channel} cannot be polled")
    return connector


def _acknowledge(connector: PollConnector, batch: Batch, account: Account) -> DeskError | None:
    # Everything is stored: a source that cannot be told now simply offers the same again.
    if not (isinstance(connector, Acknowledging) and batch.handles):
        return None
    try:
        connector.acknowledge(batch)
    except DeskError as error:
        _log.warning("acknowledge_failed", account=account.name, error=str(error))
        return error
    return None


def _wait(connector: PollConnector, account: Account, stop: Event) -> None:
    seconds = CONNECTORS[Channel(account.channel)].wait_seconds
    if isinstance(connector, Waiting):
        connector.wait(seconds)
    else:
        stop.wait(seconds)
