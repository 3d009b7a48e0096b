"""Where polling of Verimor stands: `message_id` is the cursor, a page has a hundred messages."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from connectors.sms.verimor_items import message_id, turkish_time
from domain.errors import PermanentError

PAGE = 100
_OVERLAP = 20
"""How many ids a poll looks back, for a message that became visible after one with a higher id."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The highest id seen, and the moment before which nothing is taken (set by the first poll of all, so
    that an old account's history does not become new cases)."""

    after: int
    not_before: datetime

    @classmethod
    def read(cls, cursor: str, *, now: datetime, first_poll_hours: int) -> Self:
        """The mark in a cursor; a first one for an empty cursor. `now` is aware. Raises PermanentError for a
        cursor that was not written here."""
        if not cursor:
            return cls(after=0, not_before=now - timedelta(hours=first_poll_hours))
        try:
            stored = json.loads(cursor)
            moment = datetime.fromisoformat(stored["not_before"])
            after = int(stored["after"])
        except (ValueError, KeyError, TypeError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error
        return cls(after=after, not_before=moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def write(self) -> str:
        """The cursor to store."""
        return json.dumps({"after": self.after, "not_before": self.not_before.isoformat()})

    @property
    def greater_than(self) -> int:
        """The parameter of the next poll."""
        return max(0, self.after - _OVERLAP)

    def takes(self, item: dict[str, Any]) -> bool:
        """Whether the item is young enough. An item without a time is."""
        moment = turkish_time(item.get("received_at"))
        return moment is None or moment >= self.not_before

    def beyond(self, items: list[dict[str, Any]]) -> "Mark":
        """The mark after these items."""
        highest = max([self.after, *(n for item in items if (n := message_id(item)) is not None)])
        return Mark(after=highest, not_before=self.not_before)
