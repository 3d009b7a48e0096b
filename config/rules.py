"""Routing rules as data: the shipped `rules.toml` beside this file, or a candidate that is only tried.

A file may name lists under `[groups]`; an `@name` inside a rule's list stands for such a list.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from domain.errors import NotConfiguredError
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Channel, Confidentiality, PlaceKind, Priority

RULES_FILE = Path(__file__).with_name("rules.toml")
GROUPS = "groups"
_LISTS = ("topics", "districts", "neighbourhoods", "place_kinds", "channels", "kinds")
_KEYS = {field.name for field in fields(RoutingRule)} - {"code", "fault"}
_UNCHANGED = ("name", "precedence", "unit", "topics", "districts", "neighbourhoods")
"""What a rule with a fault is still known by, so that it is known which cases it should have decided."""


def load_rules(path: Path = RULES_FILE) -> tuple[RoutingRule, ...]:
    """The rules of a file, in its order. Raises NotConfiguredError, naming file and rule."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotConfiguredError(f"{path.name} cannot be read: {error}") from error
    groups = entries.pop(GROUPS, {})
    if not isinstance(groups, dict):
        raise NotConfiguredError(f"{path.name}: {GROUPS} is no table")
    return tuple(_of_file(path, code, entry, groups) for code, entry in entries.items())


def rule_of(code: str, entry: Mapping[str, Any]) -> RoutingRule:
    """The rule that plain values describe. Raises NotConfiguredError, naming the rule and what is wrong."""
    try:
        _refuse_unknown(entry)
        _refuse_mistyped(entry)
        return RoutingRule(
            code=code,
            **{key: entry[key] for key in ("name", "precedence")},
            unit=entry.get("unit"),
            topics=tuple(entry.get("topics", ())),
            districts=tuple(entry.get("districts", ())),
            neighbourhoods=tuple(entry.get("neighbourhoods", ())),
            place_kinds=tuple(map(PlaceKind, entry.get("place_kinds", ()))),
            channels=tuple(map(Channel, entry.get("channels", ()))),
            kinds=tuple(map(CaseKind, entry.get("kinds", ()))),
            raise_to=Priority(raised) if (raised := entry.get("raise_to")) else None,
            confidentiality=Confidentiality(degree) if (degree := entry.get("confidentiality")) else None,
        )
    except KeyError as error:
        raise NotConfiguredError(f"rule {code!r} lacks {error}") from error
    except (ValueError, TypeError) as error:
        raise NotConfiguredError(f"rule {code!r}: {error}") from error


def rule_or_fault(code: str, entry: Mapping[str, Any]) -> RoutingRule:
    """The rule as an operator left it; one that cannot be applied carries its `fault`. Never raises for the
    values of a stored row."""
    try:
        return rule_of(code, entry)
    except NotConfiguredError as error:
        kept = {key: entry[key] for key in _UNCHANGED}
        lists = {key: tuple(value) for key, value in kept.items() if isinstance(value, list)}
        return RoutingRule(code=code, **{**kept, **lists}, fault=str(error))


def _of_file(path: Path, code: str, entry: Any, groups: Mapping[str, Any]) -> RoutingRule:
    try:
        if not isinstance(entry, dict):
            raise NotConfiguredError(f"{code!r} is no rule")
        lists = {key: list(_spread(code, entry[key], groups)) for key in _LISTS if key in entry}
        return rule_of(code, {**entry, **lists})
    except NotConfiguredError as error:
        raise NotConfiguredError(f"{path.name}: {error}") from error


def _spread(code: str, given: Any, groups: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(given, list):
        raise NotConfiguredError(f"rule {code!r}: {given!r} is no list")
    for each in given:
        if not str(each).startswith("@"):
            yield each
        elif isinstance(group := groups.get(each[1:]), list):
            yield from group
        else:
            raise NotConfiguredError(f"rule {code!r}: there is no group {each}")


def _refuse_mistyped(entry: Mapping[str, Any]) -> None:
    for key, kind in (("name", str), ("precedence", int)):
        if not isinstance(entry[key], kind) or isinstance(entry[key], bool):
            raise TypeError(f"{key} is no {kind.__name__}")
    for key in _LISTS:
        if not all(isinstance(each, str) for each in entry.get(key, ())):
            raise TypeError(f"{key} holds something else than texts")
    if not isinstance(entry.get("unit", ""), str | None):
        raise TypeError("unit is no str")


def _refuse_unknown(entry: Iterable[str]) -> None:
    # A mistyped key would otherwise be a condition less: `distrcts` would make a rule hold everywhere.
    if unknown := sorted(set(entry) - _KEYS):
        raise ValueError(f"unknown key {', '.join(unknown)}")
