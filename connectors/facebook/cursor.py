"""Where polling of a page stands (F4): the newest (created_time, id) that a whole sweep has seen.

The API lists neither all comments of a page nor anything by the time it became visible. So a sweep goes
over the page's posts, one list page a poll, and takes what is younger than the mark less an overlap. The mark
moves when the sweep has ended. The database drops what it has already.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from domain.errors import PermanentError

Seen = tuple[datetime, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAILY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`mark` bounds the running sweep from below; `newest`, `started` and `after` (the next list page, empty
    between sweeps) are the sweep's own. `token_at` is when the token was last looked at, `token_until` when
    it ends, as far as Meta says. Times are aware."""

    mark: Seen
    newest: Seen | None = None
    started: datetime | None = None
    after: str = ""
    token_at: datetime | None = None
    token_until: datetime | None = None

    @classmethod
    def read(cls, cursor: str, *, now: datetime, first_poll_hours: int) -> Self:
        """The mark in a cursor; a first one for an empty cursor. Raises PermanentError for a cursor that was
        not written here."""
        if not cursor:
            return cls(mark=(now - timedelta(hours=first_poll_hours), ""))
        try:
            stored = json.loads(cursor)
            return cls(
                mark=_seen(stored["mark"]),
                newest=_seen(stored["newest"]) if stored.get("newest") else None,
                started=_time(stored.get("started")),
                after=str(stored.get("after") or ""),
                token_at=_time(stored.get("token_at")),
                token_until=_time(stored.get("token_until")),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error

    def write(self) -> str:
        """The cursor to store."""
        fields: dict[str, Any] = {
            "mark": _written(self.mark),
            "newest": _written(self.newest) if self.newest else None,
            "started": self.started.isoformat() if self.started else None,
            "after": self.after,
            "token_at": self.token_at.isoformat() if self.token_at else None,
            "token_until": self.token_until.isoformat() if self.token_until else None,
        }
        return json.dumps({name: value for name, value in fields.items() if value})

    def floor(self, overlap: timedelta) -> datetime:
        """What is older than this has been seen."""
        return max(self.mark[0] - overlap, _EPOCH)

    def stepped(self, seen: Iterable[Seen], after: str, now: datetime) -> "Mark":
        """The mark after one list page, with `after` as the next one; a sweep without one has ended."""
        newest = max([*seen, *([self.newest] if self.newest else [])], default=None)
        started = self.started or now
        if after:
            return replace(self, newest=newest, started=started, after=after)
        # What was posted while the sweep went on may stand on a list page it had already passed.
        reached = max(self.mark, min(newest or self.mark, (started, "")))
        return replace(self, mark=reached, newest=None, started=None, after="")

    def restarted(self) -> "Mark":
        """The mark at the beginning of its sweep, for a next list page that Meta no longer knows."""
        return replace(self, newest=None, started=None, after="")

    def token_due(self, now: datetime) -> bool:
        """Whether the token is to be looked at: once a day (F5)."""
        return self.token_at is None or now - self.token_at >= _DAILY


def _seen(value: Any) -> Seen:
    time, identifier = value
    return _aware(datetime.fromisoformat(time)), str(identifier)


def _written(seen: Seen) -> list[str]:
    return [seen[0].isoformat(), seen[1]]


def _time(value: Any) -> datetime | None:
    return _aware(datetime.fromisoformat(value)) if value else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def token_until(cursor: str) -> datetime | None:
    """When the account's token ends, as far as Meta said so last; None for a cursor that says nothing."""
    try:
        return Mark.read(cursor, now=_EPOCH, first_poll_hours=0).token_until
    except PermanentError:
        return None
