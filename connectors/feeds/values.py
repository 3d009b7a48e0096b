"""What single cells say: moments, days, words of a list."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from config.settings import ISTANBUL
from domain.text import fold

_T = TypeVar("_T")
_SERIALS = (20_000, 80_000)
"""Days since 1900 that a spreadsheet may mean by a bare number: the years 1954 to 2119."""
_SERIALS_BEGIN = datetime.fromisoformat("1899-12-30")
_YEARS = (1990, 2100)
_HOURS = ("%H", "%I")


def moment(text: str, formats: Sequence[str]) -> datetime | date:
    """What a cell says of time: an aware datetime in UTC, or a bare day of Istanbul's calendar.

    Without an offset it is Istanbul's time. Raises ValueError for what is no date, or one of no year that
    feeds speak of.
    """
    found = _iso(text) or _by_format(text, formats) or _serial(text)
    if found is None or not _YEARS[0] <= found.year <= _YEARS[1]:
        raise ValueError(f"{text[:40]!r} is no date")
    if not isinstance(found, datetime):
        return found
    return (found if found.tzinfo else found.replace(tzinfo=ISTANBUL)).astimezone(UTC)


def at_moment(found: datetime | date) -> datetime:
    """The moment itself; of a bare day its beginning in Istanbul. Aware, in UTC."""
    if isinstance(found, datetime):
        return found
    return datetime(found.year, found.month, found.day, tzinfo=ISTANBUL).astimezone(UTC)


def listed(text: str, known: Mapping[str, _T]) -> _T | None:
    """What a word stands for in a mapping, whatever its case and accents; None for an unknown one."""
    wanted = _plain(text)
    return next((value for word, value in known.items() if _plain(word) == wanted), None)


def is_yes(text: str, words: Sequence[str]) -> bool:
    """Whether a cell says yes, by the mapping's words for it."""
    return _plain(text) in {_plain(word) for word in words}


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _iso(text: str) -> datetime | date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _by_format(text: str, formats: Sequence[str]) -> datetime | date | None:
    for each in formats:
        try:
            found = datetime.strptime(text, each)  # noqa: DTZ007  # the caller gives it Istanbul's zone
        except ValueError:
            continue
        return found if any(part in each for part in _HOURS) else found.date()
    return None


def _serial(text: str) -> datetime | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    return _SERIALS_BEGIN + timedelta(seconds=round(number * 86_400))
