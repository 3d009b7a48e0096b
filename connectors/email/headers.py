"""The headers of a mail as values; each is read under a guard of its own, so none can spoil another (E11)."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from connectors.email.charset import decode
from connectors.email.encoded_words import decode_header
from connectors.email.limits import MAX_IDS, MAX_IDS_OCTETS, MAX_NOTE

Fields = Mapping[bytes, Sequence[bytes]]
"""A header block: lower-case name to its values in order, undecoded."""

_ID = re.compile(r"<[^<>\s]{1,900}>")
_BARE_ID = re.compile(r"[^<>\s,;\"]{1,400}@[^<>\s,;\"]{1,400}")
_DATE = re.compile(
    rb"\s*(?:[A-Za-z]{3},\s*)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d)"
    rb" ([+-])(\d\d)(\d\d)\s*(?:\([^()]*\))?\s*"
)
_MONTH_NAMES = (
    "jan oca ocak", "feb şub şubat sub subat", "mar mart", "apr nis nisan", "may mayıs mayis",
    "jun haz haziran", "jul tem temmuz", "aug ağu ağustos agu agustos", "sep eyl eylül eylul",
    "oct eki ekim", "nov kas kasım kasim", "dec ara aralık aralik",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_TURKISH_DATE = re.compile(
    r"(\d{1,2})[ .]+([^\W\d]+)[ .,]+(\d{4})\D+(\d{1,2}):(\d\d)(?::(\d\d))?\s*(?:GMT|UTC)?([+-]\d{4})?"
)
_YEARS = range(1990, 2101)


def first(fields: Fields, name: bytes) -> bytes:
    """The first value of a header that is not blank, as octets; empty when there is none."""
    for value in fields.get(name, ()):
        if value:
            return value
    return b""


def text_of(fields: Fields, name: bytes, limit: int = MAX_NOTE) -> str:
    """The decoded text of a header's first value, cut to the limit; empty when there is none."""
    value = first(fields, name)
    return decode_header(value, limit) if value else ""


def read_ids(values: Sequence[bytes]) -> tuple[str, ...]:
    """The complete message ids in the values, `<...>` each, the newest `MAX_IDS` of them and no id twice.

    An id that lost its brackets is given them (RFC 5322, section 3.6.4 wants them).
    """
    joined = decode(b" ".join(values)[-MAX_IDS_OCTETS:]).text if values else ""
    found = _ID.findall(joined) or [f"<{bare}>" for bare in _BARE_ID.findall(joined)]
    return tuple(dict.fromkeys(found))[-MAX_IDS:]


def read_date(value: bytes) -> datetime | None:
    """A Date header as aware UTC; None when it is missing, unreadable, or outside 1990-2100 (E21).

    A date without a zone counts as UTC, as `-0000` does (RFC 5322, section 3.3).
    """
    try:
        return _usual_date(value) or _odd_date(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _usual_date(value: bytes) -> datetime | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    day, name, year, hour, minute, second, sign, hours, minutes = match.groups()
    month = _MONTHS.get(name.decode().lower())
    if month is None:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    return _utc(int(year), month, int(day), int(hour), int(minute), int(second), offset)


def _odd_date(value: bytes) -> datetime | None:
    text = decode_header(value, 200)
    parsed = parsedate_tz(text)
    if parsed is not None:
        return _utc(*parsed[:6], timedelta(seconds=parsed[9] or 0))
    match = _TURKISH_DATE.search(text)
    if match is None or match[2].lower() not in _MONTHS:
        iso = datetime.fromisoformat(text)
        return _utc(*iso.timetuple()[:6], iso.utcoffset() or timedelta())
    day, _, year, hour, minute, second, zone = match.groups()
    offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:])) if zone else timedelta()
    return _utc(
        int(year), _MONTHS[match[2].lower()], int(day), int(hour), int(minute), int(second or 0), offset
    )


def _utc(
    year: int, month: int, day: int, hour: int, minute: int, second: int, offset: timedelta
) -> datetime | None:
    if year not in _YEARS or abs(offset) >= timedelta(hours=24):
        return None
    local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset))
    return local.astimezone(UTC)
