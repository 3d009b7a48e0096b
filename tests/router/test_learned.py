"""The learned classifier: what outranks what, and what it says beside the topic."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.taxonomy import Taxonomy
from domain.decisions import Classification, Question, Topic
from domain.vocabulary import CaseKind, NotACase, Priority
from router.contracts import Classifier
from router.reading import LONGEST_TEXT

Make = Callable[[dict[str, Topic]], Classifier]


def one(classifier: Classifier, text: str, **more: Any) -> Classification:
    return classifier.classify([Question(text=text, **more)])[0]


def test_it_keeps_to_what_the_keyword_classifier_promises_of_danger(
    learned: Classifier, danger: dict[str, list[dict[str, str]]]
) -> None:
    for sample in danger["danger"]:
        found = one(learned, sample["text"])
        assert (found.life_safety, found.topic, found.sure) == (True, sample["topic"], True), sample["text"]
    false = [s["text"] for s in danger["calm"] if one(learned, s["text"]).life_safety]
    assert false == []


@pytest.mark.parametrize("text", ["", " \n\t", "...!?", "\x00\ufffd", "12345", "📷", "sağolun"])
def test_a_text_that_says_nothing_has_no_topic(learned: Classifier, text: str) -> None:
    found = one(learned, text)
    assert (found.topic, found.confidence, found.sure, found.not_a_case) == (None, 0.0, False, NotACase.EMPTY)


def test_the_reasons_are_words_as_the_citizen_wrote_them(learned: Classifier) -> None:
    found = one(learned, "Moda'da COP KONTEYNERI kirik, kimse ilgilenmiyor")
    assert found.topic == "cop-konteyneri"
    assert "KONTEYNERI" in found.reasons


@pytest.mark.parametrize(
    "text", ["Çağlayan Adliyesi", "Silivri Cezaevi önü", "Taksim'de", "taksimde", "Kadıköy Postane mah. no 5"]
)
def test_nothing_is_sure_of_a_text_that_only_tells_where(learned: Classifier, text: str) -> None:
    assert not one(learned, text).sure
    assert one(learned, f"{text} otobüs gelmedi, otobüs gecikiyor").sure


def test_a_topic_chosen_on_a_form_is_kept_and_a_danger_outweighs_it(learned: Classifier) -> None:
    chosen = one(learned, "Otobüs gelmedi", topic_hint="agac-budama")
    assert (chosen.topic, chosen.confidence, chosen.sure) == ("agac-budama", 0.95, True)
    assert "otobus-gecikmesi" in [a.topic for a in chosen.alternatives]
    alarm = one(learned, "Sokakta gaz kokusu var", topic_hint="agac-budama")
    assert (alarm.topic, alarm.life_safety, alarm.kind) == ("gaz-kokusu", True, CaseKind.DANGER)


def test_a_topic_an_operator_added_is_found_by_its_words(taxonomy: Taxonomy, make_learned: Make) -> None:
    known = taxonomy.topics["cop-toplama"]
    added = replace(known, code="uzay-liman", name="Uzay limanı", words={"uzay liman": 2.0, "roket": 2.0})
    classifier = make_learned(taxonomy.topics | {added.code: added})
    found = one(classifier, "uzay limanında roket kalkışı ne zaman")
    assert (found.topic, found.sure) == ("uzay-liman", True)
    assert "roket" in found.reasons


def test_a_topic_that_is_gone_is_never_returned(taxonomy: Taxonomy, make_learned: Make) -> None:
    fewer = {code: topic for code, topic in taxonomy.topics.items() if code != "su-kesintisi"}
    found = one(make_learned(fewer), "su kesintisi ne zaman bitecek, sular akmıyor")
    assert found.topic in fewer
    assert all(other.topic in fewer for other in found.alternatives)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The street light in front of my house has been broken for two weeks", "en"),
        ("Мусор не вывозят уже неделю, пожалуйста, помогите", "ru"),
        ("لا توجد مياه في شارعنا منذ يومين", "ar"),
        ("Sokak lambamız yanmıyor, iki haftadır karanlıktayız", "tr"),
        ("sokak lambasi yanmiyo", "tr"),
        ("", "tr"),
    ],
)
def test_the_language_is_told(learned: Classifier, text: str, language: str) -> None:
    assert one(learned, text).language == language


@pytest.mark.parametrize(
    "text",
    [
        "Пожалуйста, уберите мусор у нашего дома",
        "الرجاء إصلاح الطريق أمام المدرسة",
        "The bench next to the playground is missing",
    ],
)
def test_sentences_in_another_language_are_never_taken_for_no_case(learned: Classifier, text: str) -> None:
    assert one(learned, text).not_a_case is None


@pytest.mark.parametrize(
    "text",
    [
        "Geçen sefer yangını söndürdünüz, teşekkürler, ama yine yangın var.",
        "Gaz kaçağı giderildi demişlerdi, teşekkürler, gaz kokuyor.",
        "Asansörde kalan babamı kurtaran ekibe minnettarız, rögar kapağı açık kalmış, çocuk düşecek.",
    ],
)
def test_thanks_for_an_earlier_danger_hide_no_present_one(learned: Classifier, text: str) -> None:
    assert one(learned, text).life_safety


def test_thanks_for_what_was_done_about_a_danger_are_thanks(learned: Classifier) -> None:
    found = one(learned, "Dün geceki yangını söndüren itfaiyeye teşekkür ederiz, iyi ki varsınız.")
    assert (found.kind, found.life_safety) == (CaseKind.THANKS, False)


def test_a_batch_gives_what_one_by_one_gives(learned: Classifier, samples: list[dict[str, Any]]) -> None:
    questions = [Question(text=s["text"]) for s in samples]
    assert learned.classify(questions) == [learned.classify([q])[0] for q in questions]


def test_alternatives_are_less_likely_and_no_case_in_danger_is_set_aside(
    learned: Classifier, samples: list[dict[str, Any]]
) -> None:
    for found in learned.classify([Question(text=s["text"]) for s in samples]):
        order = [found.confidence, *(a.confidence for a in found.alternatives)]
        assert order == sorted(order, reverse=True)
        assert found.topic not in [a.topic for a in found.alternatives]
        assert not (found.life_safety and found.not_a_case)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400), subject=st.none() | st.text(max_size=60))
def test_no_text_raises_and_confidence_stays_between_0_and_1(
    learned: Classifier, text: str, subject: str | None
) -> None:
    found = one(learned, text, subject=subject)
    assert 0 <= found.confidence <= 1
    assert (found.topic is None) == (found.confidence == 0)


@pytest.mark.parametrize("text", ["su" + "im" * 5_000, "gaz " * 50_000, "a'" * 50_000, "çöp yol su " * 9_000])
def test_hostile_texts_come_to_an_end(learned: Classifier, text: str) -> None:
    assert one(learned, text).confidence <= 1


def test_only_the_first_pages_are_read(learned: Classifier) -> None:
    text = "ğ " * LONGEST_TEXT
    assert one(learned, f"{text}su kesintisi") == one(learned, text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("balkondan duman çıkıyor", "yangin"),
        ("direkten kablo sarkıyor, yere değdi değecek", "elektrik-teli-kopuk"),
    ],
)
def test_a_danger_that_is_guessed_goes_to_who_averts_it_and_is_not_sure(
    learned: Classifier, text: str, topic: str
) -> None:
    found = one(learned, text)
    assert (found.topic, found.life_safety, found.sure) == (topic, True, False)
    assert found.confidence >= found.alternatives[0].confidence


def test_a_danger_that_is_only_guessed_alarms_nobody(
    learned: Classifier, taxonomy: Taxonomy, samples: list[dict[str, Any]]
) -> None:
    for found in learned.classify([Question(text=s["text"]) for s in samples]):
        guessed = taxonomy.topics[found.topic].priority if found.topic else None
        assert not found.life_safety or guessed is Priority.LIFE_SAFETY
