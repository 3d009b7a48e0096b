"""Who is responsible by topic, place, channel and kind: the engine, and what is shipped."""

from dataclasses import replace
from typing import Any

import pytest

from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, Classification, ResolutionTime, Topic, Unit
from domain.messages import Place
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Channel, Confidentiality, PlaceKind, Priority
from router.assignment import ReviewReason, assign
from router.rules import Facts, RuleBook, RuleError, decide
from router.sharing import lightest
from tests.fakes import MONDAY_NOON

P = PlaceKind
UNITS = {code: Unit(code=code, name=code, emails=("a@b.example",)) for code in (DESK_UNIT, "water", "roads")}
TOPIC = Topic(code="hole", name="", unit="water", resolution_time=ResolutionTime(hours=4), words={"x": 1})
RULE = RoutingRule(code="r", name="R", precedence=10, unit="roads", topics=("hole",))


def book(*rules: RoutingRule, topic: Topic = TOPIC) -> RuleBook:
    danger = replace(TOPIC, code="danger", priority=Priority.LIFE_SAFETY)
    topics = {t.code: t for t in (topic, replace(TOPIC, code="other"), danger)}
    return RuleBook(Taxonomy(units=UNITS, topics=topics, rules=rules))


SHIPPED = [
    ("a power cut in Europe", "elektrik-kesintisi", "Şişli", None, "bedas"),
    ("a power cut in Asia", "elektrik-kesintisi", "Adalar", None, "ayedas"),
    ("a power cut somewhere", "elektrik-kesintisi", None, None, DESK_UNIT),
    ("a fallen wire", "elektrik-teli-kopuk", "Kadıköy", P.ARTERY, "ayedas"),
    ("a fallen wire somewhere alerts at once", "elektrik-teli-kopuk", None, None, "enerji-aydinlatma"),
    ("a lamp in a street", "sokak-aydinlatma", "Üsküdar", P.STREET, "ayedas"),
    ("a lamp on an artery", "sokak-aydinlatma", "Üsküdar", P.ARTERY, "enerji-aydinlatma"),
    ("a lamp on a motorway", "sokak-aydinlatma", "Üsküdar", P.HIGHWAY, "karayollari"),
    ("a hole, the place unknown", "yol-ana-arter", "Fatih", None, "yol-bakim"),
    ("a hole in a street", "yol-ana-arter", "Fatih", P.STREET, "fatih-belediyesi"),
    ("a hole in a street somewhere", "yol-ana-arter", None, P.STREET, DESK_UNIT),
    ("a hole on a motorway", "yol-ana-arter", None, P.HIGHWAY, "karayollari"),
    ("a hole, after all on an artery", "yol-ara-sokak", "Fatih", P.ARTERY, "yol-bakim"),
    ("a pavement in a street", "kaldirim-ara-sokak", "Fatih", P.STREET, "fatih-belediyesi"),
    ("snow in a street", "kar-buz", "Fatih", P.STREET, "fatih-belediyesi"),
    ("snow on an artery", "kar-buz", "Fatih", P.ARTERY, "kis-calismalari"),
    ("dirt on a square", "sokak-temizligi", "Fatih", P.SQUARE, "istac"),
    ("dirt in a street", "ana-arter-temizligi", "Fatih", P.STREET, "fatih-belediyesi"),
    ("pruning in a street", "agac-budama", "Fatih", P.STREET, "fatih-belediyesi"),
    ("pruning on the coast", "agac-budama", "Fatih", P.COAST, "agac-bakim"),
    ("a swing in a big park", "cocuk-oyun-grubu", "Fatih", P.CITY_PARK, "park-bahce"),
    ("a swing in a small park", "cocuk-oyun-grubu", "Fatih", P.PARK, "fatih-belediyesi"),
    ("a big park that is a small one", "buyuk-park-koru", "Fatih", P.PARK, "fatih-belediyesi"),
    ("household waste on an artery", "cop-toplama", "Fatih", P.ARTERY, "fatih-belediyesi"),
    ("no rule for the topic", "su-kesintisi", "Fatih", P.STREET, "iski-su-ariza"),
]


@pytest.mark.parametrize(("label", "topic", "district", "kind", "unit"), SHIPPED)
def test_the_shipped_rules_know_who_is_responsible(
    label: str, topic: str, district: str | None, kind: PlaceKind | None, unit: str, taxonomy: Taxonomy
) -> None:
    found = decide(RuleBook(taxonomy), Facts(topic, district, None, kind, Channel.SMS, CaseKind.COMPLAINT))
    assert found.unit == unit, label


@pytest.mark.parametrize(
    ("district", "neighbourhood", "unit"),
    [
        ("Beşiktaş", "Bebek", "bogazici-imar"),
        ("Beykoz", "Kanlıca", "bogazici-imar"),
        ("Beşiktaş", "Etiler", "besiktas-belediyesi"),
        ("Beşiktaş", None, "besiktas-belediyesi"),
        ("Arnavutköy", "Arnavutköy Merkez", "arnavutkoy-belediyesi"),
    ],
)
def test_what_is_built_on_the_bosphorus_is_its_own_units(
    district: str, neighbourhood: str | None, unit: str, taxonomy: Taxonomy
) -> None:
    assert decide(RuleBook(taxonomy), Facts("kacak-yapi", district, neighbourhood)).unit == unit


def test_what_an_own_team_saw_is_more_urgent_and_stays_with_its_unit(taxonomy: Taxonomy) -> None:
    found = decide(RuleBook(taxonomy), Facts("rogar-kapagi", channel=Channel.FIELD))
    assert (found.unit, found.raise_to, found.rule) == ("iski-kanal", Priority.HIGH, "saha-tespiti")
    assert decide(RuleBook(taxonomy), Facts("rogar-kapagi", channel=Channel.SMS)).raise_to is None


@pytest.mark.parametrize(
    ("label", "condition", "matching", "other"),
    [
        ("topic", {}, {}, {"topic": "other"}),
        ("any topic", {"topics": ()}, {"topic": "other"}, None),
        ("district", {"districts": ("Şile",)}, {"district": "Şile"}, {"district": "Fatih"}),
        ("district unknown", {"districts": ("Şile",)}, {"district": "Şile"}, {}),
        (
            "neighbourhood",
            {"neighbourhoods": ("Silivri/Ortaköy",)},
            {"district": "Silivri", "neighbourhood": "Ortaköy"},
            {"district": "Beşiktaş", "neighbourhood": "Ortaköy"},
        ),
        ("place", {"place_kinds": (P.PARK,)}, {"place_kind": P.PARK}, {"place_kind": P.STREET}),
        ("channel", {"channels": (Channel.SMS,)}, {"channel": Channel.SMS}, {"channel": Channel.POST}),
        ("kind", {"kinds": (CaseKind.REQUEST,)}, {"kind": CaseKind.REQUEST}, {"kind": CaseKind.SUGGESTION}),
        (
            "two conditions",
            {"districts": ("Şile",), "kinds": (CaseKind.REQUEST,)},
            {"district": "Şile", "kind": CaseKind.REQUEST},
            {"district": "Şile", "kind": CaseKind.COMPLAINT},
        ),
    ],
)
def test_a_rule_holds_where_all_its_conditions_do(
    label: str, condition: dict[str, Any], matching: dict[str, Any], other: dict[str, Any] | None
) -> None:
    made = book(replace(RULE, **condition))
    assert decide(made, Facts(**{"topic": "hole"} | matching)).rule == "r", label
    if other is not None:
        found = decide(made, Facts(**{"topic": "hole"} | other))
        assert (found.unit, found.rule) == ("water", None), label


def test_the_strongest_rule_decides_alone() -> None:
    strong = replace(RULE, code="strong", precedence=20, unit=None, raise_to=Priority.HIGH)
    found = decide(book(RULE, strong), Facts("hole"))
    assert (found.rule, found.unit, found.raise_to) == ("strong", "water", Priority.HIGH)


@pytest.mark.parametrize("faulty", [replace(RULE, fault="no such channel"), replace(RULE, unit="gone")])
def test_a_rule_that_cannot_be_applied_says_so_where_it_holds_and_only_there(faulty: RoutingRule) -> None:
    with pytest.raises(RuleError) as raised:
        decide(book(faulty), Facts("hole"))
    assert raised.value.rule == "r"
    assert decide(book(faulty), Facts("other")).unit == "water"


def classified(topic: str, **more: Any) -> Classification:
    base = Classification(kind=CaseKind.COMPLAINT, topic=topic, confidence=0.95, sure=True)
    return replace(base, **more)


def test_a_case_that_meets_a_rule_at_fault_is_the_desks() -> None:
    found = assign(classified("hole"), None, book(replace(RULE, fault="broken")), now=MONDAY_NOON)
    assert (found.unit, found.rule, found.fault) == (DESK_UNIT, "r", "broken")
    assert found.reasons == (ReviewReason.RULE_FAULT,)


def test_a_danger_that_meets_a_rule_at_fault_goes_to_its_topics_unit_at_once() -> None:
    faulty = replace(RULE, topics=("danger",), fault="broken")
    found = assign(classified("danger", life_safety=True), None, book(faulty), now=MONDAY_NOON)
    assert (found.unit, found.needs_review, found.fault) == ("water", True, "broken")


def test_a_rule_may_leave_a_case_to_a_person() -> None:
    found = assign(classified("hole"), None, book(replace(RULE, unit=DESK_UNIT)), now=MONDAY_NOON)
    assert (found.unit, found.reasons, found.rule) == (DESK_UNIT, (ReviewReason.BY_RULE,), "r")


def test_a_danger_that_a_rule_leaves_to_a_person_goes_to_its_topics_unit_at_once() -> None:
    left = replace(RULE, topics=("danger",), unit=DESK_UNIT)
    found = assign(classified("danger", life_safety=True), None, book(left), now=MONDAY_NOON)
    assert (found.unit, found.reasons, found.rule) == ("water", (ReviewReason.BY_RULE,), "r")


@pytest.mark.parametrize(
    ("topics_own", "raised", "expected"),
    [
        (Priority.LOW, Priority.HIGH, Priority.HIGH),
        (Priority.HIGH, Priority.NORMAL, Priority.HIGH),
        (Priority.NORMAL, None, Priority.NORMAL),
        (Priority.LOW, None, Priority.LOW),
    ],
)
def test_a_rule_only_ever_makes_a_case_more_urgent(
    topics_own: Priority, raised: Priority | None, expected: Priority
) -> None:
    made = book(replace(RULE, raise_to=raised), topic=replace(TOPIC, priority=topics_own))
    assert assign(classified("hole"), None, made, now=MONDAY_NOON).priority is expected


def test_a_rule_only_ever_makes_a_case_more_discreet() -> None:
    made = book(replace(RULE, confidentiality=Confidentiality.IDENTITY_HIDDEN))
    for found, expected in (
        (Confidentiality.PUBLIC, Confidentiality.IDENTITY_HIDDEN),
        (Confidentiality.RESTRICTED, Confidentiality.RESTRICTED),
    ):
        given = classified("hole", confidentiality=found)
        assert assign(given, None, made, now=MONDAY_NOON).confidentiality is expected


def test_the_districts_municipality_may_be_a_rules_unit() -> None:
    made = book(replace(RULE, unit=DISTRICT_MUNICIPALITY))
    found = assign(classified("hole"), Place(district="Nowhere"), made, now=MONDAY_NOON)
    assert (found.unit, found.reasons) == (DESK_UNIT, (ReviewReason.NO_DISTRICT,))


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ({}, "a"),
        ({"a": 1}, "b"),
        ({"a": 1, "b": 1}, "b"),
        ({"a": 1, "b": 2}, "a"),
        ({"a": 9, "b": 19}, "a"),
        ({"a": 10, "b": 19}, "b"),
    ],
)
def test_the_unit_with_the_fewest_open_cases_for_its_capacity_is_next(
    load: dict[str, int], expected: str
) -> None:
    units = {c: Unit(code=c, name=c, capacity=n) for c, n in (("a", 10), ("b", 20), ("none", 0))}
    assert lightest(("none", "a", "b"), units, load) == expected


ANSWER = replace(TOPIC, answer="Adliyeye başvurun.", contact="Adliye")


@pytest.mark.parametrize(
    ("label", "found", "given", "answered"),
    [
        ("surely nobody's here", {}, {}, True),
        ("not sure enough to close", {"confidence": 0.89}, {}, False),
        ("unsure", {"confidence": 0.2}, {}, False),
        ("a danger", {"life_safety": True}, {}, False),
        ("something discreet in it", {"confidentiality": Confidentiality.RESTRICTED}, {}, False),
        ("a bad scan", {}, {"illegible": True}, False),
        ("an institution that answers itself", {}, {"channel": Channel.CIMER}, False),
        (
            "an institution's, but a person says so",
            {},
            {"channel": Channel.CIMER, "by_person": True},
            True,
        ),
    ],
)
def test_only_what_is_surely_nobodys_here_is_answered_unseen(
    label: str, found: dict[str, Any], given: dict[str, Any], answered: bool
) -> None:
    decided = assign(classified("hole", **found), None, book(topic=ANSWER), now=MONDAY_NOON, **given)
    assert decided.answered is answered, label
    waits = ReviewReason.OUT_OF_SCOPE in decided.reasons
    assert waits is not (answered or found.get("life_safety", False)), label
