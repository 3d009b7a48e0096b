"""The floors of the shipped classifier, on sentences written apart from the examples it learned from."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.decisions import Classification, Question
from router.contracts import Classifier

JUDGED = Path(__file__).parent / "judged"
Judged = list[tuple[dict[str, str], Classification]]


def rows(*names: str) -> Iterator[dict[str, str]]:
    for name in names:
        with (JUDGED / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def judge(classifier: Classifier, *names: str) -> Judged:
    sentences = list(rows(*names))
    return list(
        zip(sentences, classifier.classify([Question(text=s["text"]) for s in sentences]), strict=True)
    )


@pytest.fixture(scope="module")
def judged(learned: Classifier) -> Judged:
    return judge(learned, "first.csv", "second.csv")


def share(hits: Iterator[bool] | list[bool]) -> float:
    known = list(hits)
    return sum(known) / len(known)


def missed(judged: Judged, right: Any) -> list[str]:
    return [f"{s['topic']}, not {c.topic}: {s['text']}" for s, c in judged if not right(s, c)]


def test_the_topic_is_right_and_among_three(judged: Judged) -> None:
    def among_three(sentence: dict[str, str], found: Classification) -> bool:
        return sentence["topic"] in (found.topic, *(a.topic for a in found.alternatives[:2]))

    assert len(judged) >= 600
    assert share(c.topic == s["topic"] for s, c in judged) >= 0.85
    assert share(among_three(s, c) for s, c in judged) >= 0.95, missed(judged, among_three)


def test_what_is_sure_is_right(judged: Judged) -> None:
    sure = [c.topic == s["topic"] for s, c in judged if c.sure]
    assert len(sure) >= 100
    assert share(sure) >= 0.97


def test_the_kind_is_right(judged: Judged) -> None:
    assert share(c.kind == s["kind"] for s, c in judged) >= 0.9


def test_the_kind_is_right_in_shorter_sentences_too(learned: Classifier) -> None:
    assert share(c.kind == s["kind"] for s, c in judge(learned, "kinds.csv")) >= 0.93


def test_no_danger_to_life_is_missed_and_few_are_imagined(judged: Judged) -> None:
    unheard = [s["text"] for s, c in judged if s["life_safety"] == "1" and not c.life_safety]
    assert not unheard
    assert share(s["life_safety"] == "1" for s, c in judged if c.life_safety) >= 0.80


def test_a_case_is_hardly_ever_taken_for_none(judged: Judged) -> None:
    assert share(c.not_a_case is not None for _, c in judged) <= 0.01


def test_what_is_no_case_is_told_apart_where_that_is_sure(learned: Classifier) -> None:
    found = judge(learned, "not_cases.csv")
    told = [(s, c) for s, c in found if c.not_a_case]
    assert len(told) >= 40
    assert all(s["verdict"] != "case" for s, _ in told)
    assert share(c.not_a_case == s["verdict"] for s, c in told) >= 0.95


def test_other_languages_are_recognised_and_turkish_is_not_taken_for_one(
    learned: Classifier, judged: Judged
) -> None:
    assert share(c.language == s["language"] for s, c in judge(learned, "languages.csv")) >= 0.95
    assert share(c.language != "tr" for _, c in judged) <= 0.005
