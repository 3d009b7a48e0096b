"""Parameters of queries: lists, times, pages; each fault names itself."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.numbers import parse_application_number
from domain.text import by_comma, storable
from domain.vocabulary import CaseState
from store.public_cases import Wanted
from web.open311.rendering import Open311Error

MOST_ROWS, LONGEST_SPAN = 1000, timedelta(days=90)
MOST_IDS = 200
LAST_PAGE = 10_000
MOST_SKIPPED = 50_000
"""What lies behind is found by a shorter span: the database would walk past every case before it."""
CLOSED = (CaseState.RESOLVED, CaseState.REJECTED)
STATUSES = {"open": tuple(s for s in CaseState if s not in CLOSED), "closed": CLOSED}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*", re.ASCII | re.DOTALL)


def wanted(given: Mapping[str, str], now: datetime) -> Wanted:
    """The cases a query asks for: by their ids, which override all else, or the newest of a span of at most
    ninety days. Raises Open311Error 400."""
    if ids := _listed(given, "service_request_id"):
        numbers = [parse_application_number(each) or "" for each in ids[:MOST_IDS]]
        return Wanted(numbers=[n for n in numbers if n] or ["-"], limit=MOST_IDS)
    since, until = span(given, now, "start_date", "end_date")
    size = _number(given, "page_size", MOST_ROWS, most=MOST_ROWS)
    skipped = (_number(given, "page", 1, most=LAST_PAGE) - 1) * size
    if skipped > MOST_SKIPPED:
        raise Open311Error(400, "page", most=MOST_SKIPPED)
    return Wanted(
        topics=_listed(given, "service_code"),
        states=[s for status in _listed(given, "status") for s in _states(status)],
        since=since,
        until=until,
        updated_after=moment(given, "updated_after"),
        updated_before=moment(given, "updated_before"),
        limit=size,
        offset=skipped,
    )


def span(given: Mapping[str, str], now: datetime, first: str, last: str) -> tuple[datetime, datetime]:
    """From when to when, in UTC: ninety days where one end is open, and never more."""
    since, until = moment(given, first), moment(given, last)
    if since is None:
        until = until or now + timedelta(days=1)
        return _earlier(until), until
    until = until or min(since + LONGEST_SPAN, now + timedelta(days=1))
    if until - since > LONGEST_SPAN:
        raise Open311Error(400, "span", days=LONGEST_SPAN.days)
    return since, until


def _earlier(until: datetime) -> datetime:
    try:
        return until - LONGEST_SPAN
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """A W3C date or time; one without an offset is Turkish time, None where none is given."""
    text = given.get(name, "").strip().replace(" ", "+" if "T" in given.get(name, "") else " ")
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=ISTANBUL)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Open311Error(400, "date", name=name) from None


def _states(status: str) -> tuple[CaseState, ...]:
    if status.lower() not in STATUSES:
        raise Open311Error(400, "status")
    return tuple(STATUSES[status.lower()])


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return by_comma(storable(given.get(name, "")))


def _number(given: Mapping[str, str], name: str, usual: int, *, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) > 0):
        raise Open311Error(400, "number", name=name)
    return min(int(text), most)
