"""Who is responsible: the one routing rule that holds, else the topic's own unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, Topic
from domain.errors import NotConfiguredError
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Channel, Confidentiality, PlaceKind, Priority
from router.sharing import NO_LOAD, lightest


class RuleError(NotConfiguredError):
    """A rule that holds and cannot be applied; the text says why, `rule` is its code."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


class Facts(NamedTuple):
    """What rules may ask about a case."""

    topic: str
    district: str | None = None
    neighbourhood: str | None = None
    place_kind: PlaceKind | None = None
    channel: Channel | None = None
    kind: CaseKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The unit, or None where none is known, and the code of the rule that decided, or None.

    `no_district` says that the district's municipality is responsible and the district is not known.
    """

    unit: str | None
    rule: str | None = None
    raise_to: Priority | None = None
    confidentiality: Confidentiality | None = None
    no_district: bool = False


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: RoutingRule
    asked: tuple[tuple[int, frozenset[str | None]], ...]
    """The positions in `Facts` that the rule asks about, and what it accepts there."""
    neighbourhoods: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        return all(facts[position] in accepted for position, accepted in self.asked) and (
            not self.neighbourhoods or f"{facts.district}/{facts.neighbourhood}" in self.neighbourhoods
        )


@dataclass(frozen=True, eq=False)
class RuleBook:
    """The taxonomy's rules, by topic, the strongest first; of equal ones that with the lesser code."""

    taxonomy: Taxonomy
    _by_topic: dict[str, list[_Compiled]] = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.taxonomy.rules, key=lambda rule: (-rule.precedence, rule.code))
        by_topic: defaultdict[str, list[_Compiled]] = defaultdict(list)
        for rule in ordered:
            compiled = _compiled(rule)
            for topic in dict.fromkeys(rule.topics) or self.taxonomy.topics:
                by_topic[topic].append(compiled)
        object.__setattr__(self, "_by_topic", dict(by_topic))

    def holding(self, facts: Facts) -> RoutingRule | None:
        """The rule that decides a case with these facts, or None."""
        for compiled in self._by_topic.get(facts.topic, ()):
            if compiled.holds(facts):
                return compiled.rule
        return None

    def all_holding(self, facts: Facts) -> Sequence[RoutingRule]:
        """Every rule that holds for these facts, the one that decides first."""
        return [c.rule for c in self._by_topic.get(facts.topic, ()) if c.holds(facts)]

    def of_topic(self, topic: str) -> Sequence[RoutingRule]:
        """The rules that may decide a topic's cases, the strongest first."""
        return [compiled.rule for compiled in self._by_topic.get(topic, ())]


def decide(book: RuleBook, facts: Facts, load: Mapping[str, int] = NO_LOAD) -> Decision:
    """Who solves a case of a topic of the taxonomy; `load` is how many open cases sharing units have.

    Raises RuleError where the rule that holds has a fault or names a unit that does not exist.
    """
    topic, rule = book.taxonomy.topics[facts.topic], book.holding(facts)
    if rule is None:
        unit, no_district = _named(_own(topic, book.taxonomy, load), topic, facts, book.taxonomy)
        return Decision(unit=unit, no_district=no_district)
    if rule.fault:
        raise RuleError(rule.code, rule.fault)
    own = rule.unit or _own(topic, book.taxonomy, load)
    unit, no_district = _named(own, topic, facts, book.taxonomy)
    if unit is None and rule.unit:
        raise RuleError(rule.code, f"rule {rule.code!r} names the unit {own!r}, which does not exist")
    return Decision(
        unit=unit,
        rule=rule.code,
        raise_to=rule.raise_to,
        confidentiality=rule.confidentiality,
        no_district=no_district,
    )


def _own(topic: Topic, taxonomy: Taxonomy, load: Mapping[str, int]) -> str:
    return lightest(topic.units, taxonomy.units, load) if len(topic.units) > 1 else topic.unit


def _named(unit: str, topic: Topic, facts: Facts, taxonomy: Taxonomy) -> tuple[str | None, bool]:
    found = unit
    if unit == DISTRICT_MUNICIPALITY:
        found = taxonomy.by_district.get(facts.district or "") or topic.district_fallback or DESK_UNIT
    known = found if found in taxonomy.units else None
    return known, unit == DISTRICT_MUNICIPALITY and found == DESK_UNIT


def _compiled(rule: RoutingRule) -> _Compiled:
    asked: list[tuple[int, frozenset[str | None]]] = [
        (Facts._fields.index(name), frozenset(accepted))
        for name, accepted in (
            ("district", rule.districts),
            ("place_kind", rule.place_kinds),
            ("channel", rule.channels),
            ("kind", rule.kinds),
        )
        if accepted
    ]
    return _Compiled(rule, tuple(asked), frozenset(rule.neighbourhoods))
