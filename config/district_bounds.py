"""The outlines of Istanbul's districts and of what lies around the province, from district_bounds.geojson."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError

PROVINCE = "İstanbul"
Ring = tuple[tuple[float, float], ...]
"""Corners as (longitude, latitude) in WGS 84 degrees, the first one again at the end (RFC 7946)."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One district's land: `rings` of all its parts and holes. `district` is None outside the province."""

    district: str | None
    rings: tuple[Ring, ...]


def load_outlines(folder: Path = FOLDER) -> tuple[Outline, ...]:
    """The outlines of the folder's file. Raises NotConfiguredError, naming the fault."""
    try:
        found = json.loads((folder / "district_bounds.geojson").read_text(encoding="utf-8"))
        return tuple(
            _outline(**each["properties"], parts=each["geometry"]["coordinates"])
            for each in found["features"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConfiguredError(f"district_bounds.geojson cannot be read: {error!r}") from error


def _outline(
    *, district: str, province: str, parts: Sequence[Sequence[Sequence[Sequence[float]]]]
) -> Outline:
    rings = tuple(
        tuple((float(east), float(north)) for east, north in ring) for part in parts for ring in part
    )
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise ValueError(f"the outline of {district} is not closed")
    return Outline(district=district if province == PROVINCE else None, rings=rings)
