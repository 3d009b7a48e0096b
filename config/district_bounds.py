"""The outlines of Istanbul's districts and of what lies around the province, from district_bounds.geojson."""

import json
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
            Outline(
                district=each["properties"]["district"]
                if each["properties"]["province"] == PROVINCE
                else None,
                rings=tuple(
                    tuple((float(east), float(north)) for east, north in ring)
                    for part in each["geometry"]["coordinates"]
                    for ring in part
                ),
            )
            for each in found["features"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConfiguredError(f"district_bounds.geojson cannot be read: {error!r}") from error
