"""Where polling of NetGSM stands: a moment, since messages have no ids; and how far its reports were read."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from connectors.http import read_up_to
from domain.errors import PermanentError

_STEP = timedelta(hours=6)
"""How much is asked for at once when behind: the inbox has no pages, so its answers are kept small."""
_REPORTS_BACK = timedelta(hours=48)
_REPORTS_EVERY = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
REPORTS_PAUSE = timedelta(minutes=1)
"""Reports may be asked for ten times a minute."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`until` is how far messages were read, `not_before` the moment before which nothing is taken (set by
    the first poll of all). Reports are read in rounds: `page` of those sent up to `round_to`, which is None
    between rounds; the next call is due at `reports_due`. All aware, UTC."""

    until: datetime
    not_before: datetime
    reports_due: datetime
    round_to: datetime | None = None
    page: int = 0

    @classmethod
    def read(cls, cursor: str, *, now: datetime, first_poll_hours: int) -> Self:
        """The mark in a cursor; a first one for an empty cursor. `now` is aware. Raises PermanentError for a
        cursor that was not written here."""
        if not cursor:
            start = now - timedelta(hours=first_poll_hours)
            return cls(until=start, not_before=start, reports_due=now)
        try:
            stored = json.loads(cursor)
            return cls(
                until=_moment(stored["until"]),
                not_before=_moment(stored["not_before"]),
                reports_due=_moment(stored["reports_due"]),
                round_to=_moment(stored["round_to"]) if stored["round_to"] else None,
                page=int(stored["page"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error

    def write(self) -> str:
        """The cursor to store."""
        moments = {name: getattr(self, name).isoformat() for name in ("until", "not_before", "reports_due")}
        round_to = self.round_to.isoformat() if self.round_to else None
        return json.dumps({**moments, "round_to": round_to, "page": self.page})

    def window(self, now: datetime, overlap: timedelta) -> tuple[datetime, datetime]:
        """What to ask for next: from an overlap before the last time to now, six hours at a time when behind.

        A mark that lies in the future (a clock was wrong) counts as now, or what comes until then was lost.
        """
        start = max(min(self.until, now) - overlap, min(self.not_before, now))
        return start, min(start + overlap + _STEP, now)

    def past(self, stop: datetime, theirs: datetime | None) -> "Mark":
        """The mark after a window that ended then. `theirs` is when NetGSM answered, by its own clock."""
        until = read_up_to(self.until, stop, theirs)
        return replace(self, until=until, not_before=min(self.not_before, until))

    def report_round(self, now: datetime) -> tuple[datetime, datetime, int] | None:
        """The times and the page of reports to ask for now, None when none are due. A time longer away
        than any pause was set by a clock that was wrong."""
        if now < self.reports_due <= now + _LONGEST_PAUSE:
            return None
        to = self.round_to or now
        return to - _REPORTS_BACK, to, self.page

    def after_reports(self, now: datetime, *, full: bool) -> "Mark":
        """The mark after a page of reports; a full one has a next one in the same round."""
        if full:
            return replace(self, round_to=self.round_to or now, page=self.page + 1, reports_due=now)
        return replace(self, round_to=None, page=0, reports_due=now + _REPORTS_EVERY)

    def reports_later(self, now: datetime, wait: timedelta) -> "Mark":
        """The mark when reports could not be had."""
        return replace(self, reports_due=now + min(wait, _LONGEST_PAUSE))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
