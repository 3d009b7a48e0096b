"""Who gets a case, how fast and how discreetly."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, Classification, Question, ResolutionTime, Topic, Unit
from domain.messages import Place
from domain.vocabulary import CaseKind, Channel, Confidentiality, Priority
from router.assignment import CLOSED_FROM, assign
from router.assignment import ReviewReason as R
from router.contracts import REVIEW_BELOW
from router.deadlines import legal_due_at, promised_at
from router.rules import RuleBook
from tests.router.keywords import KeywordClassifier

NOW = datetime(2026, 7, 13, 7, tzinfo=UTC)
SURE, UNSURE = REVIEW_BELOW, REVIEW_BELOW - 0.01
KADIKOY, ELSEWHERE = Place(district="Kadıköy"), Place(address="Papatya Sokak")


def topic(code: str, unit: str, **more: object) -> Topic:
    base = Topic(code=code, name=code, unit=unit, resolution_time=ResolutionTime(working_days=5), words={})
    return replace(base, **more)  # type: ignore[arg-type]


TAXONOMY = Taxonomy(
    units={
        code: Unit(code=code, name=code, district=district)
        for code, district in [(DESK_UNIT, None), ("water", None), ("gas", None), ("kadikoy", "Kadıköy")]
    },
    topics={
        t.code: t
        for t in [
            topic("pipe", "water", priority=Priority.HIGH),
            topic("waste", DISTRICT_MUNICIPALITY, district_fallback=DESK_UNIT),
            topic("market", DISTRICT_MUNICIPALITY, district_fallback="water"),
            topic("yard", DISTRICT_MUNICIPALITY),
            topic("leak", "gas", priority=Priority.LIFE_SAFETY, resolution_time=ResolutionTime(hours=1)),
            topic("hole", DISTRICT_MUNICIPALITY, priority=Priority.LIFE_SAFETY),
            topic("staff", "water", confidentiality=Confidentiality.IDENTITY_HIDDEN),
            topic("bribe", "water", confidentiality=Confidentiality.RESTRICTED),
            topic("stray", "no-such-unit"),
        ]
    },
)

BOOK = RuleBook(TAXONOMY)


def classified(code: str | None, confidence: float = SURE, **more: object) -> Classification:
    sure = confidence >= REVIEW_BELOW
    base = Classification(kind=CaseKind.COMPLAINT, topic=code, confidence=confidence, sure=sure)
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "classification", "place", "unit", "reasons"),
    [
        ("the topic's unit", classified("pipe"), None, "water", ()),
        ("the district's municipality", classified("waste"), KADIKOY, "kadikoy", ()),
        ("no district, the desk looks", classified("waste"), ELSEWHERE, DESK_UNIT, (R.NO_DISTRICT,)),
        ("no place at all", classified("yard"), None, DESK_UNIT, (R.NO_DISTRICT,)),
        ("a district nobody knows", classified("yard"), Place(district="X"), DESK_UNIT, (R.NO_DISTRICT,)),
        ("no district, another unit stands in", classified("market"), None, "water", ()),
        ("unsure", classified("pipe", UNSURE), None, DESK_UNIT, (R.UNSURE,)),
        ("unsure and no district", classified("yard", UNSURE), None, DESK_UNIT, (R.UNSURE, R.NO_DISTRICT)),
        ("no topic", classified(None, 0.0), KADIKOY, DESK_UNIT, (R.NO_TOPIC,)),
        ("a topic nobody knows", classified("gone"), None, DESK_UNIT, (R.NO_TOPIC,)),
        ("a unit nobody knows", classified("stray"), None, DESK_UNIT, (R.NO_UNIT,)),
        ("danger", classified("leak", life_safety=True), None, "gas", ()),
        ("danger, unsure", classified("leak", UNSURE, life_safety=True), None, "gas", (R.UNSURE,)),
        ("danger, no district", classified("hole", life_safety=True), None, DESK_UNIT, (R.NO_DISTRICT,)),
        ("danger, no topic", classified(None, 0.0, life_safety=True), None, DESK_UNIT, (R.NO_TOPIC,)),
    ],
)
def test_who_gets_a_case(
    label: str,
    classification: Classification,
    place: Place | None,
    unit: str,
    reasons: tuple[R, ...],
) -> None:
    found = assign(classification, place, BOOK, now=NOW, channel=Channel.EMAIL, hide_identity=False)
    assert (found.unit, found.needs_review, found.reasons) == (unit, bool(reasons), reasons), label


@pytest.mark.parametrize(
    ("classification", "priority"),
    [
        (classified("pipe"), Priority.HIGH),
        (classified("waste"), Priority.NORMAL),
        (classified(None, 0.0), Priority.NORMAL),
        (classified("leak", life_safety=True), Priority.LIFE_SAFETY),
        (classified("waste", life_safety=True), Priority.LIFE_SAFETY),
        (classified("leak", UNSURE), Priority.HIGH),
    ],
)
def test_how_urgent_it_is(classification: Classification, priority: Priority) -> None:
    assert assign(classification, KADIKOY, BOOK, now=NOW).priority is priority


@pytest.mark.parametrize(
    ("code", "signal", "hide", "expected"),
    [
        ("pipe", None, False, Confidentiality.PUBLIC),
        ("pipe", None, True, Confidentiality.IDENTITY_HIDDEN),
        ("pipe", Confidentiality.IDENTITY_HIDDEN, False, Confidentiality.IDENTITY_HIDDEN),
        ("pipe", Confidentiality.RESTRICTED, True, Confidentiality.RESTRICTED),
        ("staff", None, False, Confidentiality.IDENTITY_HIDDEN),
        ("staff", Confidentiality.PUBLIC, False, Confidentiality.IDENTITY_HIDDEN),
        ("bribe", Confidentiality.IDENTITY_HIDDEN, True, Confidentiality.RESTRICTED),
        (None, Confidentiality.RESTRICTED, False, Confidentiality.RESTRICTED),
    ],
)
def test_the_strictest_confidentiality_counts(
    code: str | None, signal: Confidentiality | None, hide: bool, expected: Confidentiality
) -> None:
    found = assign(classified(code, confidentiality=signal), None, BOOK, now=NOW, hide_identity=hide)
    assert found.confidentiality is expected


def test_both_clocks_run_and_the_stricter_drives() -> None:
    found = assign(classified("leak", kind=CaseKind.INFORMATION, life_safety=True), None, BOOK, now=NOW)
    assert found.promised_at == promised_at(ResolutionTime(hours=1), NOW) == found.due_at
    assert found.legal_due_at == legal_due_at(CaseKind.INFORMATION, NOW)


def test_the_issue_s_sentence_goes_to_kadikoy_without_review(
    classifier: KeywordClassifier, taxonomy: Taxonomy
) -> None:
    text = "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor, üç gündür alınmıyor"
    result = classifier.classify([Question(text=text)])[0]
    found = assign(
        result, result.place, RuleBook(taxonomy), now=NOW, channel=Channel.WEBFORM, hide_identity=False
    )
    assert (found.unit, found.needs_review) == ("kadikoy-belediyesi", False)
    assert result.kind is CaseKind.COMPLAINT
    assert result.place == Place(district="Kadıköy", address="Moda Caddesi")


def test_every_shipped_topic_can_be_assigned(taxonomy: Taxonomy) -> None:
    book = RuleBook(taxonomy)
    for code in taxonomy.topics:
        found = assign(classified(code, CLOSED_FROM), KADIKOY, book, now=NOW)
        assert found.unit in taxonomy.units, code
        assert not found.needs_review, code
