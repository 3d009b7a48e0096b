"""What messages are about, by the shipped topics, on sentences of our own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.cues import load_cues
from config.taxonomy import Taxonomy
from domain.decisions import Question
from domain.messages import Place
from domain.vocabulary import CaseKind, Confidentiality
from router.contracts import REVIEW_BELOW, Classifier
from router.deciding import MOST_ALTERNATIVES
from router.reading import LONGEST_TEXT
from tests.router.keywords import KeywordClassifier

ISSUE_SENTENCE = "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor, üç gündür alınmıyor"


def one(classifier: Classifier, text: str, **more: Any) -> Any:
    return classifier.classify([Question(text=text, **more)])[0]


def missed(samples: list[dict[str, Any]], found: list[Any]) -> list[str]:
    return [f"{s['topic']}: {s['text']}" for s, ok in zip(samples, found, strict=True) if not ok]


def test_the_topic_is_right_for_most_sentences(
    classifier: KeywordClassifier, samples: list[dict[str, Any]]
) -> None:
    results = classifier.classify([Question(text=s["text"]) for s in samples])
    first = [r.topic == s["topic"] for s, r in zip(samples, results, strict=True)]
    among_three = [
        s["topic"] in (r.topic, *(a.topic for a in r.alternatives[:2]))
        for s, r in zip(samples, results, strict=True)
    ]
    assert len(samples) >= 200
    assert sum(first) / len(samples) >= 0.90, missed(samples, first)
    assert sum(among_three) / len(samples) >= 0.95, missed(samples, among_three)


def test_what_is_confident_enough_to_go_without_review_is_nearly_always_right(
    classifier: KeywordClassifier, samples: list[dict[str, Any]]
) -> None:
    results = classifier.classify([Question(text=s["text"]) for s in samples])
    sure = [(s, r) for s, r in zip(samples, results, strict=True) if r.confidence >= REVIEW_BELOW]
    right = [r.topic == s["topic"] for s, r in sure]
    assert len(sure) / len(samples) >= 0.75
    assert sum(right) / len(sure) >= 0.95, missed([s for s, _ in sure], right)


def test_kind_and_district_are_found_where_a_sentence_tells_them(
    classifier: KeywordClassifier, samples: list[dict[str, Any]]
) -> None:
    told = [s for s in samples if "kind" in s or "district" in s]
    results = classifier.classify([Question(text=s["text"]) for s in told])
    kinds = [r.kind == s.get("kind", r.kind) for s, r in zip(told, results, strict=True)]
    places = [r.place and r.place.district for r in results]
    districts = [p == s.get("district", p) for s, p in zip(told, places, strict=True)]
    assert sum(kinds) / len(told) >= 0.9, missed(told, kinds)
    assert all(districts), missed(told, districts)


def test_every_danger_to_life_is_recognised_with_its_topic(
    classifier: KeywordClassifier, danger: dict[str, list[dict[str, str]]]
) -> None:
    results = classifier.classify([Question(text=s["text"]) for s in danger["danger"]])
    assert len(results) >= 40
    for sample, result in zip(danger["danger"], results, strict=True):
        assert result.life_safety, sample["text"]
        assert result.topic == sample["topic"], sample["text"]
        assert result.confidence >= REVIEW_BELOW, sample["text"]


def test_what_only_sounds_dangerous_alarms_nobody(
    classifier: KeywordClassifier, danger: dict[str, list[dict[str, str]]]
) -> None:
    for sample in danger["calm"]:
        assert not one(classifier, sample["text"]).life_safety, sample["text"]


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda t: t.translate(str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU"))]
)
def test_neither_capitals_nor_missing_turkish_letters_hide_a_danger(
    classifier: KeywordClassifier, danger: dict[str, list[dict[str, str]]], change: Any
) -> None:
    for sample in danger["danger"]:
        assert one(classifier, change(sample["text"])).life_safety, change(sample["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zabıta ruhsat için benden rüşvet istedi.", Confidentiality.RESTRICTED),
        ("Eşimden şiddet görüyorum, ne yapabilirim?", Confidentiality.RESTRICTED),
        ("Komşunun çocuğunu dövdüğünü duyuyoruz.", Confidentiality.RESTRICTED),
        ("Amirim tarafından taciz ediliyorum.", Confidentiality.RESTRICTED),
        ("Kanser hastasıyım, gıda yardımı istiyorum.", Confidentiality.RESTRICTED),
        ("Kaçak kat çıkıyorlar, ismim gizli kalsın.", Confidentiality.IDENTITY_HIDDEN),
        (
            "kimligimin gizli tutulmasini istiyorum, komsum kacak yapiyor",
            Confidentiality.IDENTITY_HIDDEN,
        ),
        ("Otobüs şoförü kaba davrandı.", Confidentiality.IDENTITY_HIDDEN),
        ("Sokağımızdaki çöp alınmıyor, çocuklar hasta oluyor.", None),
        ("Parkta çocuklar oynuyor, salıncak kırık.", None),
    ],
)
def test_what_must_stay_discreet_is_heard(
    classifier: KeywordClassifier, text: str, expected: Confidentiality | None
) -> None:
    assert one(classifier, text).confidentiality is expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Çöplerin alınmamasından şikayetçiyim.", CaseKind.COMPLAINT),
        ("Sokağımıza park yapılmasını talep ediyorum.", CaseKind.REQUEST),
        ("Sahile bisiklet yolu yapılmasını öneririm.", CaseKind.SUGGESTION),
        ("Metro inşaatı ne zaman bitecek, bilgi almak istiyorum.", CaseKind.INFORMATION),
        ("su faturasi itirazi nasil yapilir bilgi alabilir miyim", CaseKind.INFORMATION),
        ("Ekiplerinize teşekkür etmek istiyorum, emeğinize sağlık.", CaseKind.THANKS),
        ("tesekkurler elinize saglik yol cok guzel olmus", CaseKind.THANKS),
        ("Kaldırımın onarılmasını talep ediyorum, şimdiden teşekkür ederim.", CaseKind.REQUEST),
        ("Gaz kokusu ihbarımıza hemen gelen ekibe teşekkür etmek isterim, elinize sağlık.", CaseKind.THANKS),
        ("Sokakta yoğun gaz kokusu var, acil gelin.", CaseKind.DANGER),
        ("rogar kapagi yok cocuklar dusecek", CaseKind.DANGER),
        ("Yangın var, söndürülmesini rica ediyorum.", CaseKind.DANGER),
        ("Yangın merdiveni kilitli tutuluyor, şikayet ediyorum.", CaseKind.COMPLAINT),
        ("Yangın uygunluk raporu nasıl alınır, bilgi almak istiyorum.", CaseKind.INFORMATION),
    ],
)
def test_what_the_citizen_wants_is_told_by_their_words(
    classifier: KeywordClassifier, text: str, kind: CaseKind
) -> None:
    assert one(classifier, text).kind is kind


@pytest.mark.parametrize("text", ["", " \n\t", "...!?", "x", "\x00\ufffd", "12345"])
def test_a_text_that_says_nothing_has_no_topic(classifier: KeywordClassifier, text: str) -> None:
    result = one(classifier, text)
    assert (result.topic, result.confidence, result.alternatives, result.reasons) == (None, 0.0, (), ())


def test_the_reasons_are_words_as_the_topic_spells_them(classifier: KeywordClassifier) -> None:
    result = one(classifier, "cop konteyneri kirik")
    assert result.topic == "cop-konteyneri"
    assert any("çöp" in reason for reason in result.reasons)


def test_a_topic_chosen_on_a_form_is_kept(classifier: KeywordClassifier) -> None:
    result = one(classifier, "Otobüs gelmedi", topic_hint="agac-budama")
    assert (result.topic, result.confidence) == ("agac-budama", 0.95)
    assert "otobus-gecikmesi" in [a.topic for a in result.alternatives]
    assert one(classifier, "Otobüs gelmedi", topic_hint="no-such-topic").topic == "otobus-gecikmesi"


def test_a_danger_outweighs_the_topic_chosen_on_a_form(classifier: KeywordClassifier) -> None:
    result = one(classifier, "Sokakta gaz kokusu var", topic_hint="agac-budama")
    assert (result.topic, result.life_safety) == ("gaz-kokusu", True)


def test_a_place_given_on_a_form_is_kept_and_completed(classifier: KeywordClassifier) -> None:
    result = one(classifier, "Moda Caddesi No:5 önünde çöp var", place=Place(district="KADIKOY"))
    assert result.place == Place(district="Kadıköy", address="Moda Caddesi No:5")


def test_the_subject_counts_as_text(classifier: KeywordClassifier) -> None:
    assert one(classifier, "Lütfen ilgilenin.", subject="Su kesintisi").topic == "su-kesintisi"


def test_alternatives_are_fewer_than_four_and_less_likely(
    classifier: KeywordClassifier, samples: list[dict[str, Any]]
) -> None:
    for result in classifier.classify([Question(text=s["text"]) for s in samples]):
        order = [result.confidence, *(a.confidence for a in result.alternatives)]
        assert len(result.alternatives) <= MOST_ALTERNATIVES
        assert order == sorted(order, reverse=True)
        assert result.topic not in [a.topic for a in result.alternatives]


def test_a_batch_gives_what_one_by_one_gives(
    classifier: KeywordClassifier, samples: list[dict[str, Any]]
) -> None:
    questions = [Question(text=s["text"]) for s in samples]
    assert classifier.classify(questions) == [classifier.classify([q])[0] for q in questions]


def test_the_version_names_the_vocabulary(
    classifier: KeywordClassifier, taxonomy: Taxonomy, finder: Any
) -> None:
    fewer = {code: topic for code, topic in taxonomy.topics.items() if code != "taksi"}
    same = KeywordClassifier(taxonomy.topics, load_cues(), finder)
    other = KeywordClassifier(fewer, load_cues(), finder)
    assert same.version == classifier.version != other.version


@settings(max_examples=300)
@given(text=st.text(max_size=400), subject=st.none() | st.text(max_size=60))
def test_no_text_raises_and_confidence_stays_between_0_and_1(
    classifier: KeywordClassifier, text: str, subject: str | None
) -> None:
    result = one(classifier, text, subject=subject)
    assert 0 <= result.confidence <= 1
    assert (result.topic is None) == (result.confidence == 0)


@pytest.mark.parametrize(
    "text",
    [
        "su" + "im" * 18 + "x",
        "su" + "im" * 5_000 + "x",
        "gaz " * 50_000,
        "a'" * 50_000,
        "İ" * 50_000,
        "sokak cad. no " * 9_000,
        "çöp yol su yok " * 9_000,
    ],
)
def test_hostile_texts_come_to_an_end(classifier: KeywordClassifier, text: str) -> None:
    assert one(classifier, text).confidence <= 1


def test_only_the_first_pages_are_read(classifier: KeywordClassifier) -> None:
    assert one(classifier, "la " * LONGEST_TEXT + "su kesintisi").topic is None
