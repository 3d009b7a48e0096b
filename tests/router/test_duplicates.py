"""Which reports are one matter: the same citizen's a duplicate, others' the same incident (a table)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.fingerprints import fingerprint
from domain.messages import Place
from domain.vocabulary import CaseKind, Confidentiality, LinkKind, Priority
from router.duplicates import Report, Rules, looks, marks, relation
from router.nearness import Nearness, distance, how_near

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RULES = Rules(duplicate_within=timedelta(hours=72), incident_within=timedelta(hours=24), metres=250)
MODA = Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi No:12")
FERIT = replace(MODA, address="Doktor Esat Işık Cad. 3")
QUARTER = Place(district="Kadıköy", neighbourhood="Caferağa")
STREET = Place(district="Kadıköy", address="Moda Cd.")
LEVENT = Place(district="Beşiktaş", neighbourhood="Levent")
HERE = Place(latitude=40.98700, longitude=29.02500)
NEARBY = Place(latitude=40.98850, longitude=29.02500)  # 167 metres north
AWAY = Place(latitude=40.99000, longitude=29.02500)  # 334 metres north
WORDS = "Çöp kutuları taşıyor üç gündür kimse gelip almadı koku dayanılmaz oldu rica ederim"
OTHERS = "Sokağın başındaki konteyner dolu, belediye ekibi bir türlü uğramıyor, her yer pislik içinde kaldı"


def report(**given: Any) -> Report:
    values: dict[str, Any] = {
        "case_id": 1,
        "number": "2026-0000001-0",
        "citizen": 7,
        "topic": "cop-toplama",
        "kind": CaseKind.COMPLAINT,
        "confidentiality": Confidentiality.PUBLIC,
        "place": MODA,
        "words": fingerprint(WORDS),
        "opened_at": NOON,
    }
    if "text" in given:
        given["words"] = fingerprint(given.pop("text"))
    return Report(**values | given)


Other = dict[str, Any]
DUP, INC = LinkKind.DUPLICATE, LinkKind.SAME_INCIDENT
STRANGER: Other = {"citizen": 8, "text": OTHERS}
HIDDEN = Confidentiality.IDENTITY_HIDDEN
HOUR = timedelta(hours=1)
# (label, what the earlier report differs in, what the new one differs in, what the new one is to it)
PAIRS: list[tuple[str, Other, Other, LinkKind | None]] = [
    ("the same citizen says the same again", {}, {}, DUP),
    ("the same words, no place told", {"place": None}, {"place": None}, DUP),
    ("other words, same topic and street", {}, {"text": OTHERS}, DUP),
    ("other words, no place told", {"place": None}, {"place": None, "text": OTHERS}, None),
    ("another topic at the same place", {}, {"text": OTHERS, "topic": "yol"}, None),
    ("the same words under another topic", {}, {"topic": "yol"}, DUP),
    ("another street of the neighbourhood", {}, {"text": OTHERS, "place": FERIT}, None),
    ("the same words about another street", {}, {"place": FERIT}, None),
    ("only the neighbourhood is told", {}, {"text": OTHERS, "place": QUARTER}, DUP),
    ("the same words in another district", {}, {"place": LEVENT}, None),
    ("a street without its neighbourhood", {}, {"text": OTHERS, "place": STREET}, DUP),
    ("positions 170 m apart", {"place": HERE}, {"place": NEARBY, "text": OTHERS}, DUP),
    ("positions 330 m apart", {"place": HERE}, {"place": AWAY}, None),
    ("a position and a street", {"place": HERE}, {"place": MODA, "text": OTHERS}, None),
    ("three days later", {}, {"opened_at": NOON + 72 * HOUR}, DUP),
    ("later than three days", {}, {"opened_at": NOON + 73 * HOUR}, None),
    ("a confidential one repeated", {"confidentiality": Confidentiality.RESTRICTED}, {}, DUP),
    ("two citizens, same topic and street", {}, STRANGER, INC),
    ("two citizens, positions near", {"place": HERE}, STRANGER | {"place": NEARBY}, INC),
    ("two citizens, positions apart", {"place": HERE}, STRANGER | {"place": AWAY}, None),
    ("two citizens, another topic", {}, STRANGER | {"topic": "yol"}, None),
    ("two citizens, no topic", {"topic": None}, {"citizen": 8, "topic": None}, None),
    ("two citizens, no place, other words", {"place": None}, STRANGER | {"place": None}, None),
    ("two citizens, no place, the same long text", {"place": None}, {"citizen": 8, "place": None}, INC),
    ("two citizens, no place, the same short text", {"place": None, "text": "çöp"},
     {"citizen": 8, "place": None, "text": "Çöp"}, None),
    ("two citizens, a day later", {}, STRANGER | {"opened_at": NOON + 24 * HOUR}, INC),
    ("two citizens, later than a day", {}, STRANGER | {"opened_at": NOON + 25 * HOUR}, None),
    ("two citizens, one hides who they are", {"confidentiality": HIDDEN}, STRANGER, None),
    ("two citizens, one is restricted", {}, STRANGER | {"confidentiality": Confidentiality.RESTRICTED}, None),
    ("two citizens, one reports a danger", {"kind": CaseKind.DANGER}, STRANGER, INC),
    ("two citizens give thanks for the same", {"kind": CaseKind.THANKS}, STRANGER, None),
    ("two citizens ask the same", {"kind": CaseKind.INFORMATION}, STRANGER, None),
    ("two people without any address", {"citizen": None}, {"citizen": None, "text": OTHERS}, INC),
]  # fmt: skip


@pytest.mark.parametrize(("label", "old", "new", "expected"), PAIRS, ids=[row[0] for row in PAIRS])
def test_what_a_report_is_to_an_earlier_one(
    label: str, old: Other, new: Other, expected: LinkKind | None
) -> None:
    found = relation(report(**new | {"case_id": 2}), report(**old), RULES)
    assert (found.kind if found else None) is expected


SAYS = "Sular kesik"
DANGER: Other = {"priority": Priority.LIFE_SAFETY}
BESIDE = Place(latitude=40.98730, longitude=29.02500)  # 33 metres north
# (label, what both reports have, what the new one differs in, whether nobody needs to look)
SURE: list[tuple[str, Other, Other, bool]] = [
    ("the same long words, no place told", {"place": None}, {}, True),
    ("the same long words, only the neighbourhood", {"place": QUARTER}, {}, True),
    ("the same long words from a doubted topic", {"place": None, "routed": False}, {}, True),
    ("one street, other words", {}, {"text": OTHERS}, True),
    ("one street, other words, a doubted topic", {}, {"text": OTHERS, "routed": False}, False),
    ("positions near, other words", {"place": HERE}, {"place": NEARBY, "text": OTHERS}, True),
    ("only the neighbourhood, other words", {"place": QUARTER}, {"text": OTHERS}, False),
    ("only the neighbourhood, the same short words", {"place": QUARTER, "text": SAYS}, {"text": SAYS}, True),
    ("danger in one street, other words", DANGER, {"text": OTHERS}, False),
    ("danger in one street, the same short words", DANGER | {"text": SAYS}, {"text": SAYS}, True),
    ("danger in one neighbourhood, the same short words", DANGER | {"place": QUARTER, "text": SAYS},
     {"text": SAYS}, False),
    ("danger at one spot, other words", DANGER | {"place": HERE}, {"place": BESIDE, "text": OTHERS}, True),
    ("danger 170 m apart, other words", DANGER | {"place": HERE}, {"place": NEARBY, "text": OTHERS}, False),
    ("danger in the same long words", DANGER | {"place": None}, {}, True),
]  # fmt: skip


@pytest.mark.parametrize(("label", "both", "new", "sure"), SURE, ids=[row[0] for row in SURE])
def test_an_incident_is_joined_without_a_person_only_where_it_is_sure(
    label: str, both: Other, new: Other, sure: bool
) -> None:
    found = relation(report(**both | new | {"case_id": 2, "citizen": 8}), report(**both), RULES)
    assert found is not None
    assert (found.kind, found.sure) == (INC, sure)


@pytest.mark.parametrize(("label", "old", "new", "expected"), PAIRS, ids=[row[0] for row in PAIRS])
def test_whatever_is_one_matter_is_found_by_a_mark(
    label: str, old: Other, new: Other, expected: LinkKind | None
) -> None:
    """The marks are only a way to find reports; none that the rules would link may slip through them."""
    asked = {*looks(report(**new), RULES), *report(**new).word_marks}
    common = set(marks(report(**old), RULES)) & asked
    assert expected is None or common


NEARNESS = [
    ("nothing told", None, MODA, Nearness.UNKNOWN),
    ("only the district", Place(district="Kadıköy"), MODA, Nearness.UNKNOWN),
    ("other districts", LEVENT, MODA, Nearness.FAR),
    ("a street of the same name, district unknown", Place(address="Moda Caddesi"), MODA, Nearness.UNKNOWN),
    ("the same street written otherwise", STREET, MODA, Nearness.NEAR),
    ("the same neighbourhood", QUARTER, MODA, Nearness.AREA),
]


@pytest.mark.parametrize(("label", "one", "other", "expected"), NEARNESS, ids=[row[0] for row in NEARNESS])
def test_how_near_two_places_are(
    label: str, one: Place | None, other: Place | None, expected: Nearness
) -> None:
    assert how_near(one, other, 250) is expected
    assert how_near(other, one, 250) is expected


def test_metres_are_those_of_the_map() -> None:
    ayasofya = Place(latitude=41.00858, longitude=28.98013)
    kiz_kulesi = Place(latitude=41.02110, longitude=29.00410)
    assert distance(ayasofya, kiz_kulesi) == pytest.approx(2445, abs=25)
    assert distance(HERE, HERE) == 0


def test_every_position_within_reach_is_found_by_its_cell() -> None:
    """Whatever the direction, and at Türkiye's northern and southern ends."""
    for latitude in (36.0, 41.0, 42.1):
        here = report(place=Place(latitude=latitude, longitude=29.0))
        for north in range(-2, 3):
            for east in range(-2, 3):
                there = Place(latitude=latitude + north * 0.0011, longitude=29.0 + east * 0.0014)
                other = report(place=there, citizen=8)
                if distance(Place(latitude=latitude, longitude=29.0), there) <= RULES.metres:
                    assert set(marks(here, RULES)) & set(looks(other, RULES))
