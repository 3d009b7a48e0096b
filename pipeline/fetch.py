"""Reads one polled account: poll, accept, acknowledge, and wait for news. Runs in a process of its own."""

import json
from collections.abc import Callable
from datetime import datetime
from threading import Event

from connectors.base import Acknowledging, Batch, PollConnector, RotatingSecrets, Waiting
from connectors.registry import CONNECTORS
from domain.errors import DeskError
from domain.vocabulary import Channel, Direction
from pipeline.accept import Intake, LeaseLostError, accept
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success
from pipeline.log import get_logger
from store.records import Account

_log = get_logger(__name__)


def fetch_forever(
    desk: Desk, account_id: int, lease: tuple[str, str], stop: Event, progress: Callable[[], None]
) -> None:
    """Read the account until told to stop, switched off, or its lease is lost. `progress` is called before
    every step that may block; a watchdog kills this process when it falls silent."""
    connector: PollConnector | None = None
    try:
        while not stop.is_set():
            progress()
            with desk.uow() as uow:
                account = uow.accounts.get(account_id)
            if account is None or not account.enabled:
                return
            try:
                connector = connector or _poller(desk, account)
                more = fetch_once(desk, account, connector, lease)
                progress()
                if not more:
                    _wait(connector, account, stop)
            except LeaseLostError:
                return
            except DeskError as error:
                _log.warning("fetch_failed", account=account.name, error=f"{type(error).__name__}: {error}")
                until = record_failure(desk, account, Direction.INBOUND, error)
                _pause(desk, until, stop, progress)
    finally:
        if connector is not None:
            connector.close()


def fetch_once(desk: Desk, account: Account, connector: PollConnector, lease: tuple[str, str] | None) -> bool:
    """One poll, stored and acknowledged; says whether the source holds more. Raises a DeskError."""
    with desk.uow() as uow:
        cursor = uow.accounts.cursor(account.id)
    try:
        batch = connector.poll(cursor)
    finally:
        keep_rotated(desk, account, connector)
    moved = {account.id: batch.cursor} if batch.cursor != cursor else {}
    items = [(account.id, item) for item in batch.items]
    if items or batch.reports or moved:
        accept(desk, Intake(items=items, reports=batch.reports, cursors=moved, lease=lease))
    if isinstance(connector, Acknowledging) and batch.handles:
        _acknowledge(connector, batch, account)
    if batch.trouble:
        record_failure(desk, account, Direction.INBOUND, batch.trouble)
    else:
        record_success(desk, account, Direction.INBOUND, messages=len(items), backlog=batch.backlog)
    return batch.more


def keep_rotated(desk: Desk, account: Account, connector: object) -> None:
    """Store a token the provider has just replaced, before anything else can fail: the old one is dead."""
    rotated = connector.take_rotated() if isinstance(connector, RotatingSecrets) else {}
    if not rotated:
        return
    with desk.uow() as uow:
        current = uow.accounts.get(account.id)
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


def _acknowledge(connector: Acknowledging, batch: Batch, account: Account) -> None:
    # Everything is stored: a source that cannot be told now simply offers the same again.
    try:
        connector.acknowledge(batch)
    except DeskError as error:
        _log.warning("acknowledge_failed", account=account.name, error=str(error))


def _wait(connector: PollConnector, account: Account, stop: Event) -> None:
    seconds = CONNECTORS[Channel(account.channel)].wait_seconds
    if isinstance(connector, Waiting):
        connector.wait(seconds)
    else:
        stop.wait(seconds)


def _pause(desk: Desk, until: datetime, stop: Event, progress: Callable[[], None]) -> None:
    while not stop.is_set():
        left = (until - desk.now()).total_seconds()
        if left <= 0:
            return
        progress()
        stop.wait(min(left, 5))
