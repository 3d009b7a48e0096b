"""The accounts calls may come for, kept in the process so that they are known while the database is out."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from connectors.base import WebhookConnector
from domain.errors import ConnectionFailedError, DeskError
from domain.vocabulary import Channel
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.records import Account

FRESH_SECONDS = 10.0
UNKNOWN_SECONDS = 1.0
"""How old the list may be when an account is asked for that is not on it."""
LOCK_SECONDS = 2.0
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class HookAccount:
    """An account with its connector. `trouble` says why there is none; `connector` is None too for a channel
    that is not called."""

    account: Account
    connector: WebhookConnector | None = None
    trouble: DeskError | None = None


class HookAccounts:
    """Every enabled account by name. An old list serves until the database gives a new one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._found: Mapping[str, HookAccount] | None = None
        self._read_at = 0.0
        self._lock = Lock()

    def get(self, name: str) -> HookAccount | None:
        """The account with this name, or None; no database is asked. Raises ConnectionFailedError as long as
        it has never answered."""
        if self._found is None:
            raise ConnectionFailedError("the accounts have not been read yet")
        return self._found.get(name)

    def has(self, channel: Channel) -> bool:
        """Whether an enabled account of this channel is known; no database is asked."""
        return any(known.account.channel == channel for known in (self._found or {}).values())

    def is_older_than(self, seconds: float) -> bool:
        """Whether the list was read longer ago than this."""
        return self._found is None or time.monotonic() - self._read_at > seconds

    def refresh(self, older_than: float = FRESH_SECONDS) -> None:
        """Read the list anew where it is old. Raises ConnectionFailedError; the old list then stays."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            return
        try:
            if self.is_older_than(older_than):
                self._read()
        finally:
            self._lock.release()

    def _read(self) -> None:
        with self._desk.uow() as uow:
            accounts = uow.accounts.all(only_enabled=True)
        self._found = {account.name: self._kept_or_built(account) for account in accounts}
        self._read_at = time.monotonic()

    def _kept_or_built(self, account: Account) -> HookAccount:
        kept = (self._found or {}).get(account.name)
        return kept if kept and kept.account == account else self._built(account)

    def _built(self, account: Account) -> HookAccount:
        try:
            connector = build_connector(self._desk, account)
        except DeskError as error:
            _log.error("account_unusable", account=account.name, channel=account.channel, error=str(error))
            return HookAccount(account=account, trouble=error)
        usable = connector if isinstance(connector, WebhookConnector) else None
        return HookAccount(account=account, connector=usable)
