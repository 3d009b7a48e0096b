"""The shipped default of units and topics, read from `units.toml` and `topics.toml` beside this file."""

import tomllib
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from domain.decisions import ResolutionTime, Topic, Unit
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Confidentiality, Priority

FOLDER = Path(__file__).parent
DESK_UNIT = "beyaz-masa"
"""The desk's own unit: whatever is unsure waits there for a person."""
WEIGHTS = {"weak": 0.5, "words": 1.0, "strong": 2.0}
"""What a topic's phrases count: strong ones decide alone, weak ones only settle a tie. The last one wins."""
_UNIT_KEYS = {field.name for field in fields(Unit)} - {"code"}
_TOPIC_KEYS = {field.name for field in fields(Topic)} - {"code", "resolution_time"} | {
    "hours",
    "working_days",
    *WEIGHTS,
}


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """Units and topics that fit together. `by_district` finds a district's own municipality."""

    units: dict[str, Unit]
    topics: dict[str, Topic]

    @cached_property
    def by_district(self) -> dict[str, str]:
        """District name to the code of its municipality."""
        return {u.district: u.code for u in self.units.values() if u.district}


def load_taxonomy(folder: Path = FOLDER) -> Taxonomy:
    """The taxonomy in a folder's two files. Raises NotConfiguredError that names the faulty entry."""
    units = {code: _unit(code, entry) for code, entry in _read(folder / "units.toml").items()}
    topics = {code: _topic(code, entry) for code, entry in _read(folder / "topics.toml").items()}
    return Taxonomy(units=units, topics=topics)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotConfiguredError(f"{path.name} cannot be read: {error}") from error


def _unit(code: str, entry: dict[str, Any]) -> Unit:
    try:
        _refuse_unknown(entry, _UNIT_KEYS)
        return Unit(
            code=code,
            name=entry["name"],
            external=entry.get("external", False),
            parent=entry.get("parent"),
            emails=tuple(entry.get("emails", ())),
            phones=tuple(entry.get("phones", ())),
            district=entry.get("district"),
            working_hours=entry.get("working_hours"),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise NotConfiguredError(f"unit {code!r} in units.toml: {error}") from error


def _topic(code: str, entry: dict[str, Any]) -> Topic:
    try:
        _refuse_unknown(entry, _TOPIC_KEYS)
        weights = {w: weight for key, weight in WEIGHTS.items() for w in entry.get(key, ())}
        return Topic(
            code=code,
            name=entry["name"],
            unit=entry["unit"],
            resolution_time=ResolutionTime(hours=entry.get("hours"), working_days=entry.get("working_days")),
            words=weights,
            priority=Priority(entry.get("priority", "normal")),
            confidentiality=Confidentiality(entry.get("confidentiality", "public")),
            kinds=tuple(CaseKind(k) for k in entry.get("kinds", ())),
            needed=tuple(entry.get("needed", ())),
            district_fallback=entry.get("district_fallback"),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise NotConfiguredError(f"topic {code!r} in topics.toml: {error}") from error


def _refuse_unknown(entry: dict[str, Any], known: set[str]) -> None:
    # A mistyped key would otherwise be a silent loss: `strng` would leave a topic without its best words.
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")
