"""Where polling of a bot stands: the offset, and when it was last read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from connectors.telegram.values import whole
from domain.errors import NotConfiguredError, PermanentError, TransientError

ALARM = timedelta(hours=20)
"""Telegram keeps an update that nobody takes for 24 hours."""
_STAMP_EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The update to ask for next, and the moment of a reading, at most an hour before the last one."""

    bot: int
    offset: int | None
    read_at: datetime

    @classmethod
    def read(cls, cursor: str, *, bot: int, now: datetime) -> Self:
        """The mark in a cursor; a first one for an empty cursor. Raises PermanentError for a cursor that was
        not written here, NotConfiguredError for another bot's: offsets and chats of the two differ."""
        if not cursor:
            return cls(bot=bot, offset=None, read_at=now)
        try:
            stored = json.loads(cursor)
            offset = None if stored["offset"] is None else int(stored["offset"])
            owner, read_at = int(stored["bot"]), datetime.fromisoformat(stored["read_at"])
        except (ValueError, KeyError, TypeError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error
        if owner != bot:
            raise NotConfiguredError("The token is another bot's than before: add a new account for it")
        return cls(bot=bot, offset=offset, read_at=read_at)

    def write(self) -> str:
        """The cursor to store."""
        return json.dumps({"bot": self.bot, "offset": self.offset, "read_at": self.read_at.isoformat()})

    def beyond(self, updates: Sequence[Any], now: datetime) -> "Mark":
        """The mark after these updates: behind the last one, be its number lower than the stored one. After a
        week without any Telegram begins anew at a number of its choice, and so does another server."""
        numbers = (whole(update, "update_id") for update in reversed(updates) if isinstance(update, dict))
        last = next((number for number in numbers if number is not None), None)
        offset = self.offset if last is None else last + 1
        stale = now - self.read_at >= _STAMP_EVERY
        return Mark(bot=self.bot, offset=offset, read_at=now if updates or stale else self.read_at)

    def trouble(self, now: datetime) -> TransientError | None:
        """What is to be told when nobody has read this bot for so long that something may be lost (T3)."""
        silent = now - self.read_at
        if silent < ALARM:
            return None
        hours = int(silent.total_seconds() // 3600)
        return TransientError(f"Nobody read this bot for {hours} hours; Telegram keeps messages for 24")
