"""The shipped default of units, topics and routing rules, read from three files beside this one."""

import tomllib
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from config.rules import RULES_FILE, load_rules
from domain.decisions import ResolutionTime, Topic, Unit
from domain.errors import NotConfiguredError
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Confidentiality, MailRhythm, Priority

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
    """Units, topics and rules that fit together. `by_district` finds a district's own municipality."""

    units: dict[str, Unit]
    topics: dict[str, Topic]
    rules: tuple[RoutingRule, ...] = ()

    @cached_property
    def by_district(self) -> dict[str, str]:
        """District name to the code of its municipality."""
        return {u.district: u.code for u in self.units.values() if u.district}


def load_taxonomy(folder: Path = FOLDER) -> Taxonomy:
    """The taxonomy in a folder's files, of which that with the rules may be missing.

    Raises NotConfiguredError that names the faulty entry.
    """
    units = {code: _unit(code, entry) for code, entry in _read(folder / "units.toml").items()}
    topics = {code: _topic(code, entry) for code, entry in _read(folder / "topics.toml").items()}
    rules = folder / RULES_FILE.name
    return Taxonomy(units=units, topics=topics, rules=load_rules(rules) if rules.exists() else ())


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
            capacity=entry.get("capacity", Unit.capacity),
            rhythm=MailRhythm(entry.get("rhythm", Unit.rhythm)),
            digest_hour=entry.get("digest_hour", Unit.digest_hour),
            asks_acceptance=entry.get("asks_acceptance", Unit.asks_acceptance),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise NotConfiguredError(f"unit {code!r} in units.toml: {error}") from error


def _topic(code: str, entry: dict[str, Any]) -> Topic:
    try:
        _refuse_unknown(entry, _TOPIC_KEYS)
        weights = {w: weight for key, weight in WEIGHTS.items() for w in entry.get(key, ())}
        unit, units = _responsible(entry)
        return Topic(
            code=code,
            name=entry["name"],
            unit=unit,
            units=units,
            resolution_time=ResolutionTime(hours=entry.get("hours"), working_days=entry.get("working_days")),
            words=weights,
            priority=Priority(entry.get("priority", "normal")),
            confidentiality=Confidentiality(entry.get("confidentiality", "public")),
            kinds=tuple(CaseKind(k) for k in entry.get("kinds", ())),
            needed=tuple(entry.get("needed", ())),
            district_fallback=entry.get("district_fallback"),
            answer=entry.get("answer"),
            contact=entry.get("contact"),
            retention_days=_days(entry.get("retention_days")),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise NotConfiguredError(f"topic {code!r} in topics.toml: {error}") from error


def _days(given: object) -> int | None:
    if given is None or (isinstance(given, int) and given > 0):
        return given
    raise ValueError("retention_days is a number of days, 1 or more")


def _responsible(entry: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The topic's unit, and all that share it."""
    units = tuple(entry.get("units", ()))
    if not units:
        return entry["unit"], ()
    if "unit" in entry or len(set(units)) < len(units) or len(units) < 2:
        raise ValueError("it needs a unit, or two or more different units, not both")
    return units[0], units


def _refuse_unknown(entry: dict[str, Any], known: set[str]) -> None:
    # A mistyped key would otherwise be a silent loss: `strng` would leave a topic without its best words.
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")
