"""Whether routing rules fit the taxonomy: each named thing exists, each rule decides something, none ties,
and every case ends with one unit that can be reached. Exact: whatever the rules tell apart is tried."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar

from config.taxonomy import Taxonomy
from config.taxonomy_check import has_mobile
from domain.decisions import DISTRICT_MUNICIPALITY, Topic, Unit
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Channel, PlaceKind, Priority
from router.rules import Facts, RuleBook, RuleError, decide

Neighbourhoods = Mapping[str, Sequence[str]]
"""District to the neighbourhoods in it, as the places spell them."""
_Spot = tuple[str | None, str | None]
T = TypeVar("T")


def rule_problems(taxonomy: Taxonomy, neighbourhoods: Neighbourhoods) -> list[str]:
    """Everything that is wrong, a sentence each, naming the rule or topic; empty when all fits."""
    book = RuleBook(taxonomy)
    found = [
        f"rule {rule.code}: {p}" for rule in taxonomy.rules for p in _codes(rule, taxonomy, neighbourhoods)
    ]
    return [*found, *_decisions(book, neighbourhoods), *_coverage(book, neighbourhoods)]


def _codes(rule: RoutingRule, taxonomy: Taxonomy, neighbourhoods: Neighbourhoods) -> Iterator[str]:
    if rule.fault:
        yield rule.fault
    places = {f"{district}/{name}" for district, names in neighbourhoods.items() for name in names}
    units = {*taxonomy.units, DISTRICT_MUNICIPALITY}
    for what, given, known in (
        ("topic", rule.topics, taxonomy.topics.keys()),
        ("district", rule.districts, neighbourhoods.keys()),
        ("neighbourhood", rule.neighbourhoods, places),
        ("unit", [rule.unit] if rule.unit else [], units),
    ):
        yield from (f"the {what} {each} does not exist" for each in given if each not in known)
    if not (rule.unit or rule.raise_to or rule.confidentiality):
        yield "nothing follows from it"


def _decisions(book: RuleBook, neighbourhoods: Neighbourhoods) -> Iterator[str]:
    """Ties, and rules that decide nothing since a stronger one always holds as well."""
    deciding: set[str] = set()
    ties: dict[tuple[str, str], str] = {}
    for topic in book.taxonomy.topics:
        rules = book.of_topic(topic)
        for facts in _told_apart(topic, rules, neighbourhoods) if rules else ():
            holding = book.all_holding(facts)
            deciding.update(rule.code for rule in holding[:1])
            for rule in holding[1:]:
                if rule.precedence == holding[0].precedence:
                    ties.setdefault((holding[0].code, rule.code), topic)
    for (one, other), topic in ties.items():
        yield f"rule {one}: it ties with {other}, for the topic {topic}"
    for rule in book.taxonomy.rules:
        if rule.code not in deciding:
            yield f"rule {rule.code}: it never decides: stronger rules always hold where it does"


def _told_apart(topic: str, rules: Sequence[RoutingRule], neighbourhoods: Neighbourhoods) -> Iterator[Facts]:
    """One case of each sort that these rules tell apart."""
    spots = _spots(neighbourhoods)
    named = {(rule.districts, rule.neighbourhoods) for rule in rules}
    by_sort = {_sort(spot, named): spot for spot in reversed(spots)}
    kinds = [None, *sorted({kind for rule in rules for kind in rule.place_kinds})]
    channels = _asked([rule.channels for rule in rules], tuple(Channel))
    wanted = _asked([rule.kinds for rule in rules], tuple(CaseKind))
    for (district, neighbourhood), place_kind, channel, kind in product(
        by_sort.values(), kinds, channels, wanted
    ):
        yield Facts(topic, district, neighbourhood, place_kind, channel, kind)


def _sort(spot: _Spot, named: Iterable[tuple[Sequence[str], Sequence[str]]]) -> tuple[bool, ...]:
    district, neighbourhood = spot
    return tuple(
        (not districts or district in districts) and (not names or f"{district}/{neighbourhood}" in names)
        for districts, names in named
    )


def _spots(neighbourhoods: Neighbourhoods) -> list[_Spot]:
    spots: list[_Spot] = [(None, None)]
    for district, names in neighbourhoods.items():
        spots += [(district, None), *((district, name) for name in names)]
    return spots


def _asked(lists: Sequence[Sequence[T]], every: Sequence[T]) -> list[T]:
    """Values that some rule names, and one that none does, if there is one."""
    named = {value for values in lists for value in values}
    others = [value for value in every if value not in named]
    return [*(value for value in every if value in named), *others[:1]]


def _coverage(book: RuleBook, neighbourhoods: Neighbourhoods) -> Iterator[str]:
    """Every topic, in every district and none, on every kind of place."""
    places = list(product([None, *neighbourhoods], [None, *PlaceKind]))
    for topic in book.taxonomy.topics.values():
        units: set[str] = set()
        problems: set[str] = set()
        for district, kind in places:
            facts = Facts(topic.code, district, None, kind, Channel.EMAIL, CaseKind.COMPLAINT)
            found = _end(book, facts)
            (units if found in book.taxonomy.units else problems).add(found)
        problems.update(p for code in units for p in _unfit(topic, book.taxonomy.units[code]))
        yield from (f"topic {topic.code}: {problem}" for problem in sorted(problems))


def _end(book: RuleBook, facts: Facts) -> str:
    """The unit's code, or why there is none."""
    try:
        decision = decide(book, facts)
    except RuleError as error:
        return str(error)
    if facts.district and decision.no_district:
        return f"the desk gets it in {facts.district}, though the district is known"
    return decision.unit or f"no unit is responsible in {facts.district or 'an unknown district'}"


def _unfit(topic: Topic, unit: Unit) -> Iterator[str]:
    if not unit.emails:
        yield f"its unit {unit.code} has no e-mail address"
    if topic.priority is Priority.LIFE_SAFETY and not has_mobile(unit):
        yield f"it endangers lives, but {unit.code} has no mobile phone for the alert"
