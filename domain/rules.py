"""A routing rule: who is responsible where a topic alone does not say it."""

from dataclasses import dataclass

from domain.vocabulary import CaseKind, Channel, Confidentiality, PlaceKind, Priority


@dataclass(frozen=True, kw_only=True)
class RoutingRule:
    """What must hold, all of it, and what follows. An empty condition holds always.

    Of several that hold the one with the highest `precedence` decides alone. `unit` is a unit's code,
    `DISTRICT_MUNICIPALITY`, the desk's own unit where a person is to look, or None for the topic's own unit;
    `raise_to` and `confidentiality` only ever make a case more urgent or more discreet. `neighbourhoods` are
    written `district/neighbourhood`. A rule with a `fault` cannot be applied: what it covers is the desk's.
    """

    code: str
    name: str
    precedence: int
    unit: str | None = None
    topics: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    place_kinds: tuple[PlaceKind, ...] = ()
    channels: tuple[Channel, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    raise_to: Priority | None = None
    confidentiality: Confidentiality | None = None
    fault: str | None = None
