"""The shipped units and topics fit together, and the check that says so finds every fault."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.places import load_places
from config.taxonomy import DESK_UNIT, FOLDER, Taxonomy, load_taxonomy
from config.taxonomy_check import problems
from domain.decisions import DISTRICT_MUNICIPALITY, ResolutionTime, Topic, Unit
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Confidentiality, Priority

SHIPPED = load_taxonomy()
DESK = Unit(code=DESK_UNIT, name="Beyaz Masa", emails=("desk@a.example",), phones=("+905000000001",))
TOPIC = Topic(
    code="park",
    name="Park",
    unit=DESK_UNIT,
    resolution_time=ResolutionTime(working_days=5),
    words={"park": 1.0},
)


def test_the_shipped_taxonomy_has_no_problem_and_a_municipality_for_each_of_the_39_districts() -> None:
    districts = load_places().neighbourhoods
    assert len(districts) == 39
    assert problems(SHIPPED, districts) == []
    assert set(SHIPPED.by_district) == set(districts)


def test_the_shipped_taxonomy_is_as_large_as_a_metropolitan_desk_needs() -> None:
    assert len(SHIPPED.units) >= 60
    assert len(SHIPPED.topics) >= 130
    assert all(len(topic.words) >= 8 for topic in SHIPPED.topics.values())
    assert all(topic.kinds and topic.name for topic in SHIPPED.topics.values())


def test_danger_is_usual_for_the_topics_of_danger_to_life_and_for_no_other() -> None:
    topics = SHIPPED.topics.values()
    dangerous = {topic.code for topic in topics if topic.priority is Priority.LIFE_SAFETY}
    assert dangerous == {topic.code for topic in topics if CaseKind.DANGER in topic.kinds[:1]}
    assert dangerous == {topic.code for topic in topics if CaseKind.DANGER in topic.kinds}
    assert SHIPPED.topics["tesekkur"].kinds == (CaseKind.THANKS,)


def test_shipped_addresses_can_reach_nobody() -> None:
    addresses = [mail for unit in SHIPPED.units.values() for mail in unit.emails]
    assert all(mail.endswith(".example") for mail in addresses)
    assert len(addresses) == len(set(addresses))
    phones = [phone for unit in SHIPPED.units.values() for phone in unit.phones]
    assert all(phone.startswith(("+90212000", "+90216000", "+90500000")) for phone in phones)


def test_every_unit_inside_the_municipality_has_somebody_to_escalate_to() -> None:
    roots = [unit.code for unit in SHIPPED.units.values() if not unit.external and unit.parent is None]
    assert roots == ["genel-sekreterlik"]


@pytest.mark.parametrize(
    ("topic", "unit"),
    [
        ("cop-toplama", DISTRICT_MUNICIPALITY),
        ("yol-ara-sokak", DISTRICT_MUNICIPALITY),
        ("yapi-ruhsati-iskan", DISTRICT_MUNICIPALITY),
        ("mahalle-parki-bakimi", DISTRICT_MUNICIPALITY),
        ("yol-ana-arter", "yol-bakim"),
        ("su-kesintisi", "iski-su-ariza"),
        ("otobus-gecikmesi", "iett-otobus"),
        ("buyuk-park-koru", "park-bahce"),
    ],
)
def test_district_and_metropolitan_duties_are_told_apart(topic: str, unit: str) -> None:
    assert SHIPPED.topics[topic].unit == unit


@pytest.mark.parametrize(
    ("topic", "degree"),
    [
        ("personel-sikayeti", Confidentiality.IDENTITY_HIDDEN),
        ("otobus-soforu", Confidentiality.IDENTITY_HIDDEN),
        ("taciz-ayrimcilik", Confidentiality.RESTRICTED),
        ("cocuk-istismari", Confidentiality.RESTRICTED),
        ("yolsuzluk-ihbari", Confidentiality.RESTRICTED),
        ("saglik-kurumu", Confidentiality.RESTRICTED),
        ("yol-ana-arter", Confidentiality.PUBLIC),
    ],
)
def test_confidentiality_follows_the_desks_rules(topic: str, degree: Confidentiality) -> None:
    assert SHIPPED.topics[topic].confidentiality is degree


def test_all_dangers_of_the_desks_rules_are_life_safety_topics() -> None:
    urgent = {code for code, topic in SHIPPED.topics.items() if topic.priority is Priority.LIFE_SAFETY}
    assert urgent == {
        "gaz-kokusu",
        "rogar-acik",
        "elektrik-teli-kopuk",
        "yol-cokmesi",
        "bina-cokmesi",
        "yangin",
        "mahsur-insan",
        "altgecit-su-baskini",
    }


def _with(*, units: tuple[Unit, ...] = (DESK,), topics: tuple[Topic, ...] = (TOPIC,)) -> Taxonomy:
    return Taxonomy(units={u.code: u for u in units}, topics={t.code: t for t in topics})


def _unit(**changed: object) -> Taxonomy:
    return _with(units=(DESK, replace(DESK, **{"code": "other", **changed})))  # type: ignore[arg-type] # a table


def _topic(**changed: object) -> Taxonomy:
    return _with(topics=(replace(TOPIC, **changed),))  # type: ignore[arg-type] # a table of changes


@pytest.mark.parametrize(
    ("label", "taxonomy", "expected"),
    [
        ("no desk", _with(units=(), topics=()), "there is no unit beyaz-masa"),
        ("a parent that is missing", _unit(parent="nobody"), "its parent nobody does not exist"),
        ("its own parent", _unit(parent="other"), "its parents lead back to itself"),
        (
            "parents in a circle",
            _with(units=(replace(DESK, parent="b"), replace(DESK, code="b", parent=DESK_UNIT))),
            "its parents lead back to itself",
        ),
        ("no address", _unit(emails=()), "it has no e-mail address"),
        ("an address that is none", _unit(emails=("desk",)), "desk is no e-mail address"),
        ("a phone that is none", _unit(phones=("12",)), "12 is no phone number"),
        ("a code with capitals", _unit(code="Other"), "its code is not of lower-case ASCII"),
        (
            "two municipalities of a district",
            _with(units=(replace(DESK, district="Şile"), replace(DESK, code="b", district="Şile"))),
            "district Şile has several municipalities: beyaz-masa, b",
        ),
        ("a unit that is missing", _topic(unit="nobody"), "its unit nobody does not exist"),
        ("no fallback", _topic(unit="@district"), "it has no district_fallback"),
        (
            "a fallback that is missing",
            _topic(unit="@district", district_fallback="nobody"),
            "its district_fallback nobody does not exist",
        ),
        ("a needless fallback", _topic(district_fallback=DESK_UNIT), "it has a district_fallback, but"),
        ("no time", _topic(resolution_time=ResolutionTime()), "it needs hours or working_days"),
        (
            "two times",
            _topic(resolution_time=ResolutionTime(hours=1, working_days=1)),
            "it needs hours or working_days",
        ),
        ("no time at all left", _topic(resolution_time=ResolutionTime(hours=0)), "is not positive"),
        ("no words", _topic(words={}), "it has no word that speaks for it"),
        ("weak words only", _topic(words={"yol": 0.5}), "it has no word that speaks for it"),
        ("an unknown need", _topic(needed=("shoe_size",)), "it needs 'shoe_size'"),
        ("days for a danger", _topic(priority=Priority.LIFE_SAFETY), "must be promised within 4 hours"),
        (
            "hours too many for a danger",
            _topic(priority=Priority.LIFE_SAFETY, resolution_time=ResolutionTime(hours=5)),
            "must be promised within 4 hours",
        ),
    ],
)
def test_the_check_names(label: str, taxonomy: Taxonomy, expected: str) -> None:
    assert any(expected in problem for problem in problems(taxonomy)), (label, problems(taxonomy))


def test_a_small_taxonomy_without_faults_passes_the_check() -> None:
    assert problems(_with()) == []


def test_the_check_names_a_district_without_a_municipality() -> None:
    assert problems(_with(), ["Şile"]) == ["district Şile has no municipality"]


def test_a_danger_needs_a_mobile_phone_at_its_unit_for_the_alert() -> None:
    landline = replace(DESK, phones=("+902120000001",))
    danger = replace(TOPIC, priority=Priority.LIFE_SAFETY, resolution_time=ResolutionTime(hours=1))
    assert problems(_with(topics=(danger,))) == []
    assert problems(_with(units=(landline,), topics=(danger,))) == [
        "topic park: it endangers lives, but beyaz-masa has no mobile phone for the alert"
    ]


def test_a_word_may_be_shared_by_four_topics_but_not_by_five() -> None:
    topics = [
        replace(TOPIC, code=f"t{n}", words={word: 1.0}) for n, word in enumerate(["çöp", "çöp", "cop", "çöp"])
    ]
    assert problems(_with(topics=tuple(topics))) == []
    fifth = replace(TOPIC, code="t4", words={"ÇÖP": 1.0})
    assert problems(_with(topics=(*topics, fifth))) == [
        "the word 'cop' is shared by 5 topics: t0, t1, t2, t3, t4"
    ]


@pytest.mark.parametrize(
    ("label", "find", "put", "expected"),
    [
        ("no TOML", "[park-bahce]", "[park-bahce", "units.toml cannot be read"),
        ("a mistyped key", 'parent = "park-bahce"', 'parnet = "park-bahce"', "unit 'agac-bakim'"),
        ("a unit without a name", 'name = "Beyaz Masa Şube Müdürlüğü"', "", "unit 'beyaz-masa'"),
    ],
)
def test_loading_names_the_faulty_unit(
    tmp_path: Path, label: str, find: str, put: str, expected: str
) -> None:
    folder = _copied(tmp_path, "units.toml", lambda text: text.replace(find, put))
    with pytest.raises(NotConfiguredError, match=expected.replace("[", r"\[")):
        load_taxonomy(folder)


@pytest.mark.parametrize(
    ("label", "find", "put"),
    [
        ("an unknown priority", 'priority = "life_safety"', 'priority = "soon"'),
        ("an unknown kind", 'kinds = ["complaint"]', 'kinds = ["grumble"]'),
        ("an unknown degree", 'confidentiality = "restricted"', 'confidentiality = "secret"'),
        ("a mistyped key", "strong = [", "strng = ["),
    ],
)
def test_loading_names_the_faulty_topic(tmp_path: Path, label: str, find: str, put: str) -> None:
    folder = _copied(tmp_path, "topics.toml", lambda text: text.replace(find, put, 1))
    with pytest.raises(NotConfiguredError, match=r"topic '[a-z-]+' in topics\.toml"):
        load_taxonomy(folder)


def _copied(folder: Path, changed: str, change: Callable[[str], str]) -> Path:
    for name in ("units.toml", "topics.toml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        other = change(text) if name == changed else text
        assert other != text or name != changed
        (folder / name).write_text(other, encoding="utf-8")
    return folder
