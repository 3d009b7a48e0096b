"""Whether two places are one: by coordinates, or by the names of district, neighbourhood and street."""

from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from domain.messages import Place
from domain.text import words

_EARTH_METRES = 6_371_000
_GENERIC = frozenset(
    {"cadde", "caddesi", "cad", "cd", "sokak", "sokagi", "sok", "sk", "bulvar", "bulvari", "blv", "mahalle",
     "mahallesi", "mah", "mh", "no", "kapi", "yolu", "meydan", "meydani", "turkiye", "istanbul"}
)  # fmt: skip


class Nearness(StrEnum):
    """What two places say of each other."""

    NEAR = "near"  # one spot: by coordinates, or one street
    AREA = "area"  # one neighbourhood, and no more is told
    FAR = "far"
    UNKNOWN = "unknown"


def how_near(one: Place | None, other: Place | None, metres: float) -> Nearness:
    """Whether two places are one: by coordinates where both have them, else by district, neighbourhood and
    the names in their addresses. UNKNOWN when too little is told to say."""
    if one is None or other is None:
        return Nearness.UNKNOWN
    if is_located(one) and is_located(other):
        return Nearness.NEAR if distance(one, other) <= metres else Nearness.FAR
    for mine, theirs in ((one.district, other.district), (one.neighbourhood, other.neighbourhood)):
        if mine and theirs and mine != theirs:
            return Nearness.FAR
    streets, theirs_too = set(street_words(one)), set(street_words(other))
    if streets and theirs_too:
        same_area = one.district is not None and one.district == other.district
        if not streets & theirs_too:
            return Nearness.FAR
        return Nearness.NEAR if same_area else Nearness.UNKNOWN
    same = one.neighbourhood is not None and one.neighbourhood == other.neighbourhood
    return Nearness.AREA if same else Nearness.UNKNOWN


def distance(one: Place, other: Place) -> float:
    """Metres between two places with coordinates, by the haversine formula."""
    lat1, lon1, lat2, lon2 = (
        radians(degrees or 0.0) for degrees in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(min(1.0, half)))


def street_words(place: Place) -> list[str]:
    """The telling words of an address: neither kinds of street nor house numbers."""
    return [w for w in words(place.address or "") if w not in _GENERIC and len(w) > 2 and not w[0].isdigit()]


def is_located(place: Place) -> bool:
    """Whether a place tells coordinates."""
    return place.latitude is not None and place.longitude is not None
