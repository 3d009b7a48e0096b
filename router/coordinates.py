"""Coordinates that stand in a text: typed, in a map service's link, or as a geo: URI (RFC 5870)."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

Point = tuple[float, float]
"""Latitude and longitude in WGS 84 degrees."""
SOUTH, NORTH, WEST, EAST = 40.75, 41.65, 27.9, 30.0
"""The box around the province. No latitude in it could be a longitude of it: so services that write the
longitude first need no rule of their own, and nobody's account number is taken for a place."""

_NUMBER = r"([0-9]{2}\.[0-9]{2,})"
_GAP = r"\s*[,;/ ]\s*"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A pin says more than the middle of the map that shows it.
        rf"!3d{_NUMBER}!4d{_NUMBER}",
        rf"mlat={_NUMBER}&(?:amp;)?mlon={_NUMBER}",
        rf"[?&\[](?:q|query|pt|daddr|destination|address|coordinate|point\]?)=(?:loc:)?{_NUMBER}{_GAP}{_NUMBER}",
        rf"geo:{_NUMBER},{_NUMBER}",
        rf"(?:[?&]s?ll=|@){_NUMBER}{_GAP}{_NUMBER}",
        rf"#map=[0-9.]+/{_NUMBER}/{_NUMBER}",
        rf"(?<![0-9.]){_NUMBER}\s*(?:°|[kKnN]\b)?{_GAP}(?:[dDeE]\s*)?{_NUMBER}(?![0-9.]*[0-9])",
        r"(?<![0-9.,])([0-9]{2},[0-9]{3,})[;/ ]\s*([0-9]{2},[0-9]{3,})(?![0-9])",
    )
)
_DEGREES = re.compile(
    r"(\d{2})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)[\"″”]{1,2}\s*[NnKk][\s,]*"
    r"(\d{2})°\s*(\d{1,2})['′’]\s*(\d{1,2}(?:\.\d+)?)[\"″”]{1,2}\s*[EeDd]"
)
_HINT = re.compile(r"4[01][.,°]")


def coordinates_in(text: str) -> Point | None:
    """The first point that a text tells, if it lies in Istanbul or close by; None otherwise.

    At least two decimals are needed (about a kilometre): a price or a temperature is no place.
    """
    if not (("41" in text or "40" in text) and _HINT.search(text)):
        return None
    shown = unquote(text) if "%2" in text or "%5" in text else text
    return next(filter(None, map(_ordered, _pairs(shown))), None)


def is_in_reach(latitude: float, longitude: float) -> bool:
    """Whether a point lies in the box around the province."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def _pairs(text: str) -> Iterator[Point]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            one, other = (float(number.replace(",", ".")) for number in match.groups())
            yield one, other
    for match in _DEGREES.finditer(text):
        north, north_min, north_sec, east, east_min, east_sec = map(float, match.groups())
        yield north + north_min / 60 + north_sec / 3600, east + east_min / 60 + east_sec / 3600


def _ordered(pair: Point) -> Point | None:
    one, other = pair
    if is_in_reach(one, other):
        return one, other
    return (other, one) if is_in_reach(other, one) else None
