"""What `taxonomy check` finds in rules, and that the shipped ones have nothing to find."""

from dataclasses import replace

import pytest

from config.places import load_places
from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, ResolutionTime, Topic, Unit
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Channel, PlaceKind, Priority
from pipeline.taxonomy_review import shipped_problems
from router.rules_check import rule_problems

PLACES = {"Şile": ("Merkez", "Ağva"), "Fatih": ("Balat",)}
UNITS = {
    unit.code: unit
    for unit in (
        Unit(code=DESK_UNIT, name="", emails=("a@b.example",)),
        Unit(code="roads", name="", emails=("a@b.example",)),
        Unit(code="sile", name="", emails=("a@b.example",), district="Şile"),
        Unit(code="fatih", name="", emails=("a@b.example",), district="Fatih"),
        Unit(code="silent", name=""),
    )
}
TOPIC = Topic(code="hole", name="", unit="roads", resolution_time=ResolutionTime(hours=1), words={"x": 1})
RULE = RoutingRule(code="r", name="R", precedence=10, unit="sile", topics=("hole",))


def found(*rules: RoutingRule, topic: Topic = TOPIC) -> list[str]:
    return rule_problems(Taxonomy(units=UNITS, topics={topic.code: topic}, rules=rules), PLACES)


def test_everything_shipped_fits_every_topic_in_every_district_on_every_kind_of_place() -> None:
    assert shipped_problems() == []


def test_the_shipped_check_covers_what_is_shipped(taxonomy: Taxonomy) -> None:
    """Without its municipalities nearly every street of the taxonomy is somebody's no longer."""
    units = {code: unit for code, unit in taxonomy.units.items() if not unit.district}
    problems = rule_problems(replace(taxonomy, units=units), load_places().neighbourhoods)
    for topic in ("cop-toplama", "yol-ara-sokak", "yol-ana-arter"):
        assert f"topic {topic}: the desk gets it in Fatih, though the district is known" in problems


PARTS = replace(RULE, code="a", districts=("Şile",)), replace(RULE, code="b", districts=("Fatih",))
SHILE = replace(RULE, districts=("Şile",))


@pytest.mark.parametrize(
    ("label", "rules", "expected"),
    [
        ("a fault", (replace(RULE, fault="broken"),), "rule r: broken"),
        (
            "an unknown topic",
            (replace(RULE, topics=("hole", "gone")),),
            "rule r: the topic gone does not exist",
        ),
        (
            "an unknown district",
            (replace(RULE, districts=("Şile", "Sile")),),
            "rule r: the district Sile does not exist",
        ),
        (
            "a neighbourhood elsewhere",
            (replace(RULE, neighbourhoods=("Fatih/Ağva",)),),
            "rule r: the neighbourhood Fatih/Ağva does not exist",
        ),
        ("an unknown unit", (replace(RULE, unit="gone"),), "rule r: the unit gone does not exist"),
        ("no consequence", (replace(RULE, unit=None),), "rule r: nothing follows from it"),
        (
            "two that tie",
            (replace(RULE, code="a"), replace(RULE, code="b", districts=("Şile",))),
            "rule a: it ties with b, for the topic hole",
        ),
        (
            "a stronger one in the way",
            (replace(RULE, code="a", precedence=20), replace(RULE, code="b", districts=("Şile",))),
            "rule b: it never decides: stronger rules always hold where it does",
        ),
        (
            "several stronger ones in the way together",
            (
                *(
                    replace(RULE, code=kind, precedence=20 + n, kinds=(kind,))
                    for n, kind in enumerate(CaseKind)
                ),
                replace(RULE, code="last"),
            ),
            "rule last: it never decides: stronger rules always hold where it does",
        ),
        (
            "conditions that exclude one another",
            (replace(RULE, districts=("Fatih",), neighbourhoods=("Şile/Ağva",)),),
            "rule r: it never decides: stronger rules always hold where it does",
        ),
        (
            "a unit nobody can reach",
            (replace(RULE, unit="silent"),),
            "topic hole: its unit silent has no e-mail address",
        ),
    ],
)
def test_the_check_names(label: str, rules: tuple[RoutingRule, ...], expected: str) -> None:
    assert expected in found(*rules), label


@pytest.mark.parametrize(
    ("label", "rules"),
    [
        ("no rules", ()),
        ("one", (RULE,)),
        ("equal ones that never meet", PARTS),
        ("a stronger one in part of it", (replace(SHILE, code="a", precedence=20), replace(RULE, code="b"))),
        (
            "equal ones on different places",
            (
                replace(RULE, code="a", place_kinds=(PlaceKind.PARK,)),
                replace(RULE, code="b", place_kinds=(PlaceKind.STREET,)),
            ),
        ),
        (
            "a stronger one for a channel",
            (replace(RULE, code="a", precedence=20, channels=(Channel.SMS,)), replace(RULE, code="b")),
        ),
        ("a neighbourhood", (replace(RULE, neighbourhoods=("Şile/Ağva",)),)),
    ],
)
def test_the_check_finds_nothing_in(label: str, rules: tuple[RoutingRule, ...]) -> None:
    assert found(*rules) == [], label


def test_a_danger_must_reach_a_unit_with_a_mobile_phone_by_every_rule() -> None:
    danger = replace(TOPIC, priority=Priority.LIFE_SAFETY, unit=DISTRICT_MUNICIPALITY)
    assert "topic hole: it endangers lives, but fatih has no mobile phone for the alert" in found(
        topic=danger
    )
