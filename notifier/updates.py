"""Updates: what a citizen is told of a case after its numbers. They may wait, and share a message.

Numbers, receipts, codes and whatever lives depend on are none: those leave at once, each by itself, however
many left before.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.vocabulary import Medium, Priority, Template

UPDATES = frozenset(
    {
        Template.MESSAGE_ADDED,
        Template.OUTCOME,
        Template.FORWARDED,
        Template.STILL_IN_WORK,
        Template.TIME_EXTENDED,
    }
)
DECLINABLE = frozenset({Template.MESSAGE_ADDED, Template.STILL_IN_WORK})
"""What a citizen can do without: answers, dates and who is responsible they must hear."""
TOGETHER: Mapping[str, int] = {Medium.EMAIL: 20, Medium.CHAT: 5, Medium.SMS: 3}
"""How many updates one message holds; so many SMS of one segment stay below what a gateway takes."""
SOON = timedelta(minutes=15)
"""What would leave so soon leaves along."""
_MORNING = 8


def is_update(template: str, priority: str) -> bool:
    """Whether a notice may wait and share a message."""
    return template in UPDATES and priority != Priority.LIFE_SAFETY


def next_morning(now: datetime) -> datetime:
    """When what is too much for a day leaves: at eight on the next one in Istanbul, in UTC."""
    local = now.astimezone(ISTANBUL) + timedelta(days=1)
    return local.replace(hour=_MORNING, minute=0, second=0, microsecond=0).astimezone(UTC)
