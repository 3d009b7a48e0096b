"""Which district a point lies in, from outlines that are a little coarser than the truth."""

from collections.abc import Iterable
from itertools import pairwise
from math import cos, hypot, inf, radians

from config.district_bounds import Outline

UNSURE_METRES = 75
"""The outlines are simplified: nearer than this to another district, a point's own stays open."""
SHORE_METRES = 500
"""A point in no outline lies on a pier, a quay, a boat or a coast that was straightened: so far out it counts
to the land it is next to."""
_METRES_NORTH = 111_060  # a degree of latitude at 41 degrees north, WGS 84
_METRES_EAST = 111_320 * cos(radians(41.05))
_NOWHERE = -inf


class DistrictMap:
    """Built once from the outlines; then some tens of microseconds a point."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        self._areas = [_Area(outline) for outline in outlines]

    def district_at(self, latitude: float, longitude: float) -> str | None:
        """The district a WGS 84 point lies in; None outside the province, and too near to a border."""
        x, y = _metres(longitude, latitude)
        depths: dict[str | None, float] = {}
        for area in self._areas:
            if area.is_near(x, y):
                depths[area.district] = max(depths.get(area.district, _NOWHERE), area.depth(x, y))
        ranked = sorted(depths.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < -SHORE_METRES:
            return None
        rival = ranked[1][1] if len(ranked) > 1 else _NOWHERE
        return ranked[0][0] if ranked[0][1] - rival >= 2 * UNSURE_METRES else None


class _Area:
    """One outline in metres on a plane, exact enough for a province."""

    def __init__(self, outline: Outline) -> None:
        self.district = outline.district
        self._rings = [[_metres(*corner) for corner in ring] for ring in outline.rings]
        xs = [x for ring in self._rings for x, _ in ring]
        ys = [y for ring in self._rings for _, y in ring]
        self._west, self._east, self._south, self._north = min(xs), max(xs), min(ys), max(ys)

    def is_near(self, x: float, y: float) -> bool:
        """Whether a point lies in or near the box around the area."""
        margin = SHORE_METRES
        return (
            self._west - margin <= x <= self._east + margin
            and self._south - margin <= y <= self._north + margin
        )

    def depth(self, x: float, y: float) -> float:
        """Metres to the area's border: positive within, negative outside."""
        inside, nearest = False, inf
        for ring in self._rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                    inside = not inside
                nearest = min(nearest, _distance(x, y, x1, y1, x2, y2))
        return nearest if inside else -nearest


def _metres(longitude: float, latitude: float) -> tuple[float, float]:
    return longitude * _METRES_EAST, latitude * _METRES_NORTH


def _distance(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    """From a point to a line's nearest point between its ends."""
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length)) if length else 0.0
    return hypot(x - x1 - along * dx, y - y1 - along * dy)
