"""How a unit wants its new cases: when the next mail with all of them leaves, and what does not wait."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from config.local_time import next_at
from config.settings import ISTANBUL
from domain.vocabulary import MailRhythm, Priority, Template

MOST_TOGETHER = 100
"""News in one mail to a unit; of more there is another one."""
SHOWN_WHOLE = 20
"""Up to so many are told whole, with their words and facts; more are a table, each with its links."""
GATHERED = "gathered"
"""The name under which a notice's row says that it waits for the unit's mail with all its news."""
NEWS = frozenset({Template.ROUTED_TO_UNIT, Template.CITIZEN_ADDED})
"""What a unit's mail in its rhythm holds: new cases, and what citizens added to those it has."""
SETTLING = timedelta(minutes=2)
"""So long what a citizen adds waits for more of it: an album or three SMS are one mail."""


def next_mail(rhythm: MailRhythm, hour: int, now: datetime) -> datetime | None:
    """When a unit's next mail with all new cases leaves after an aware time, in UTC: at the next full hour,
    or at that hour of Istanbul's clock. None where every case has a mail of its own at once."""
    if rhythm is MailRhythm.AT_ONCE:
        return None
    if rhythm is MailRhythm.HOURLY:
        local = now.astimezone(ISTANBUL).replace(minute=0, second=0, microsecond=0)
        return (local + timedelta(hours=1)).astimezone(UTC)
    return next_at(hour, now)


def may_wait(priority: Priority, due_at: datetime, now: datetime, until: datetime) -> bool:
    """Whether a case due at that time may wait for a mail that leaves at `until`: never where lives are at
    stake, and not for longer than half of the time there is."""
    return priority is not Priority.LIFE_SAFETY and until - now <= (due_at - now) / 2


def is_gathered(template: str, priority: str, values: Mapping[str, Any]) -> bool:
    """Whether a notice leaves in a unit's mail with all its news."""
    return template in NEWS and priority != Priority.LIFE_SAFETY and GATHERED in values


def shares_mail(template: str, priority: str, values: Mapping[str, Any]) -> bool:
    """Whether a notice to a unit shares a mail, and what becomes of it, with others."""
    added = template == Template.CITIZEN_ADDED and priority != Priority.LIFE_SAFETY
    return added or is_gathered(template, priority, values)
