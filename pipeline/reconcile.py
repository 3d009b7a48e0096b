"""Holds what a source has against what is stored (E5): a cursor that ran ahead would lose mail in silence.

Every few hours the last messages before the cursor are read once more, and everything is where the source
holds more than the account ever brought. Rows that exist are recognised, so what is new had been passed over:
it is stored, and operators are told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.base import Counting, PollConnector
from domain.errors import TransientError
from domain.vocabulary import Direction
from pipeline.accept import Intake
from pipeline.calls import store_intake
from pipeline.desk import Desk
from pipeline.health import record_trouble
from pipeline.log import get_logger
from store.records import Account

EVERY = timedelta(hours=6)
AGAIN = 100
"""So many messages before the cursor are read again each time, in each folder."""
_log = get_logger(__name__)


class MissedError(TransientError):
    """Messages lay in the source that the cursor had passed over."""


@dataclass
class Reconciler:
    """Looks after one account every few hours. `extra` is how many messages are there twice, as found."""

    desk: Desk
    extra: int = 0
    _looked_at: datetime | None = field(default=None)

    def look(self, account: Account, connector: PollConnector, progress: Callable[[], None]) -> int:
        """Compare when it is time to; returns how many messages were missing. Raises a DeskError."""
        now = self.desk.now()
        if not isinstance(connector, Counting) or (self._looked_at and now - self._looked_at < EVERY):
            return 0
        self._looked_at = now
        held = sum(messages for _, _, messages in connector.count().values())
        with self.desk.uow() as uow:
            stored = uow.messages.count_by_account(account.id)
            cursor = uow.accounts.cursor(account.id)
        all_of_it = held > stored + self.extra
        start = "" if all_of_it else connector.behind(cursor, AGAIN)
        missing = self._read_again(account, connector, start, progress)
        if all_of_it:
            self.extra = max(0, held - stored - missing)
        return missing

    def _read_again(
        self, account: Account, connector: PollConnector, cursor: str, progress: Callable[[], None]
    ) -> int:
        more, missing = True, 0
        while more:
            progress()
            batch = connector.poll(cursor)
            added = store_intake(self.desk, Intake(items=[(account.id, item) for item in batch.items]))
            cursor, more, missing = batch.cursor, batch.more, missing + len(added)
        if missing:
            _log.error("mail_was_missing", account=account.name, messages=missing)
            trouble = MissedError(f"{missing} messages had been passed over; they are stored now")
            record_trouble(self.desk, account, Direction.INBOUND, trouble, messages=missing)
        return missing
