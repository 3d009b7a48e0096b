"""Where reading of an account stands (X2): per source the newest id seen, and a walk through pages under way.

X lists the newest first, so what is seen moves on only when a walk has reached its end. Most walks ask for
what came after the newest id. Now and then one goes back by time, over what should be known already, because
asking by id alone has been seen to leave posts out for ever.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from connectors.x.values import id_at, id_time
from domain.errors import NotConfiguredError, PermanentError

RESCAN_EVERY = timedelta(minutes=15)
PAGE = 100
"""The most items one call brings."""
CAP = 800
"""How many mentions X lists at all."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One source. `seen` is the newest id of finished walks, `scanned` when the last finished look back
    began. The rest belongs to the walk under way: where it goes back to, when it began, its next page, the
    newest id and the number of items so far."""

    seen: int | None = None
    scanned: datetime | None = None
    start: datetime | None = None
    began: datetime | None = None
    token: str | None = None
    top: int = 0
    count: int = 0

    def begin(self, now: datetime, *, first: timedelta, overlap: timedelta) -> "Mark":
        """The walk to go on with: the one under way, else a new one, by id or back by time."""
        if self.token:
            return self
        if self.seen is None or self.scanned is None:
            return self._anew(start=now - first, began=now)
        if now - self.scanned >= RESCAN_EVERY:
            return self._anew(start=self.scanned - overlap, began=now)
        return self._anew(start=None, began=None)

    def after(self, ids: Sequence[str], token: str | None) -> "Mark":
        """The mark after a page with these ids, that names a next page or none."""
        numbers = [int(each) for each in ids]
        listed = PAGE if token else len(ids)  # a page may be short of some that were deleted
        return replace(self, top=max([self.top, *numbers]), count=self.count + listed, token=token)

    def ended(self) -> "Mark":
        """The mark after the walk: what it saw is seen. Where nobody wrote yet, all until its start is."""
        floor = id_at(self.start) if self.seen is None and self.start else 0
        return Mark(seen=max(self.seen or 0, self.top, floor), scanned=self.began or self.scanned)

    def restarted(self) -> "Mark":
        """The mark without a walk, whose pages X no longer knows."""
        return Mark(seen=self.seen, scanned=self.scanned)

    def wants(self, given: str) -> bool:
        """Whether an item is one this walk looks for."""
        if self.start is not None:
            made = id_time(given)
            return made is None or made >= self.start
        return not given or int(given) > (self.seen or 0)

    def _anew(self, *, start: datetime | None, began: datetime | None) -> "Mark":
        return Mark(seen=self.seen, scanned=self.scanned, start=start, began=began)


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Both sources of an account."""

    user: str
    mentions: Mark = Mark()
    messages: Mark = Mark()

    @classmethod
    def read(cls, cursor: str, *, user: str) -> Self:
        """The marks in a cursor; first ones for an empty cursor. Raises PermanentError for a cursor that was
        not written here, NotConfiguredError for another account's."""
        if not cursor:
            return cls(user=user)
        try:
            stored = json.loads(cursor)
            owner = str(stored["user"])
            mentions, messages = _mark(stored["mentions"]), _mark(stored["messages"])
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error
        if owner != user:
            raise NotConfiguredError("The token is another account's than before: add a new account for it")
        return cls(user=user, mentions=mentions, messages=messages)

    def after(self, walked: Mapping[str, Mark]) -> "Marks":
        """The marks after walks of the sources with these names."""
        mentions, messages = walked.get("mentions"), walked.get("messages")
        return Marks(user=self.user, mentions=mentions or self.mentions, messages=messages or self.messages)

    def write(self) -> str:
        """The cursor to store."""
        sources = {"mentions": _plain(self.mentions), "messages": _plain(self.messages)}
        return json.dumps({"user": self.user} | sources)


def _plain(mark: Mark) -> dict[str, Any]:
    values = {name: getattr(mark, name) for name in Mark.__dataclass_fields__}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }


def _mark(stored: dict[str, Any]) -> Mark:
    when = {
        name: datetime.fromisoformat(stored[name]) for name in ("scanned", "start", "began") if name in stored
    }
    seen, token = stored.get("seen"), stored.get("token")
    return Mark(
        seen=None if seen is None else int(seen),
        scanned=when.get("scanned"),
        start=when.get("start"),
        began=when.get("began"),
        token=None if token is None else str(token),
        top=int(stored["top"]),
        count=int(stored["count"]),
    )
