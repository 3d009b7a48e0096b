"""Whether a citizen may object to the answer to a case, and until when; the desk's own rule.

No law sets this time: an objection is a petition of its own (law 3071), and a citizen may write any number of
them. What is limited is the short way, by which the same case is opened again with its numbers.
"""

from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.cases import CLOSED
from domain.vocabulary import CaseState, Hindrance


def open_until(closed_at: datetime, days: int) -> datetime:
    """When the time to object and to rate is over, in UTC: so many days after the day of the closing (aware),
    at midnight in Istanbul, so that the last day counts whole."""
    over = closed_at.astimezone(ISTANBUL).date() + timedelta(days=days + 1)
    return datetime(over.year, over.month, over.day, tzinfo=ISTANBUL).astimezone(UTC)


def hindrance(
    state: CaseState, closed_at: datetime | None, objected_at: datetime | None, now: datetime, *, days: int
) -> Hindrance | None:
    """What keeps a citizen from objecting at `now` (aware); None where nothing does. A rejection is
    objected to like an answer: it may have been the program alone that found the matter nobody's here."""
    if objected_at is not None:
        return Hindrance.OBJECTED
    if state not in CLOSED or closed_at is None:
        return Hindrance.UNANSWERED
    return None if now < open_until(closed_at, days) else Hindrance.LATE
