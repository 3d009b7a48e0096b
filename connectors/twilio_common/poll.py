"""Which messages a poll asks Twilio for: a day at a time when behind, with an overlap, never a gap.

Twilio promises its date filter by the day only (`DateSent>=YYYY-MM-DD`), lists newest first and has no cursor
of its own: so the cursor is a moment, each poll looks again a while before it, and the database drops what it
already has by its sid. The moment is one of Twilio's clock: ours may be wrong.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from connectors.http import read_up_to
from connectors.twilio_common.account import TwilioAccount
from connectors.twilio_common.resources import resource_time
from domain.errors import PermanentError

_PAGE = 1000
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """One poll's share: from `floor` on, up to `upper` when the account is more than a day behind.

    `since` is how far the account was read before, `now` our own time.
    """

    floor: datetime
    upper: datetime | None
    since: datetime
    now: datetime

    def filters(self, recipient: str) -> dict[str, str | int]:
        """The parameters of the list call."""
        filters: dict[str, str | int] = {"PageSize": _PAGE, "DateSent>": _midnight(self.floor)}
        if self.upper:
            filters["DateSent<"] = _midnight(self.upper)
        if recipient:
            filters["To"] = recipient
        return filters

    def taken(self, theirs: datetime | None) -> tuple[str, bool]:
        """The cursor to store when all of it is taken, and whether there is more. `theirs` is when Twilio
        answered, by its own clock."""
        until = read_up_to(self.since, self.upper or self.now, theirs)
        return json.dumps({"since": until.isoformat()}), until == self.upper


def _midnight(moment: datetime) -> str:
    """The start of the moment's day as a filter: a full timestamp that means the same if cut to its date."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")


def next_window(cursor: str, settings: TwilioAccount, now: datetime) -> Window:
    """The window after the cursor (empty at first). `now` is aware. Raises PermanentError for a cursor that
    was not written here."""
    since = _read(cursor) if cursor else now - timedelta(hours=settings.first_poll_hours)
    start = min(
        since, now
    )  # one that lies in the future was written by a clock that was wrong, or is read by one
    midnight = datetime.combine(start.astimezone(UTC).date() + _DAY, time.min, UTC)
    return Window(
        floor=start - timedelta(minutes=settings.poll_overlap_minutes),
        upper=midnight if midnight < now else None,
        since=since,
        now=now,
    )


def _read(cursor: str) -> datetime:
    try:
        moment = datetime.fromisoformat(json.loads(cursor)["since"])
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("The stored cursor of this account cannot be read") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def inbound_items(pages: Iterator[list[Any]], floor: datetime, *, carrier: str = "") -> list[Any]:
    """The citizens' messages of the pages, oldest first; what is no resource at all is kept for quarantine.

    `carrier` is what stands before the addresses of this channel (`whatsapp`), empty for SMS: one account's
    list holds the messages of all of them. Lists come newest first, so paging ends at the first page that is
    older than the floor throughout.
    """
    found: list[Any] = []
    for page in pages:
        young = [item for item in page if not _older(item, floor)]
        found += [item for item in young if _is_for_us(item, carrier)]
        if page and not young:
            break
    return found[::-1]


def _older(item: Any, floor: datetime) -> bool:
    moment = resource_time(item) if isinstance(item, Mapping) else None
    return moment is not None and moment < floor


def _is_for_us(item: Any, carrier: str) -> bool:
    if not isinstance(item, Mapping) or "direction" not in item:
        return True
    sender = item.get("from")
    by = sender.rpartition(":")[0] if isinstance(sender, str) else carrier
    return item["direction"] == "inbound" and item.get("status") != "receiving" and by == carrier
