"""Operators are told once a month how much there is to learn, and once a week of what went wrong."""

from typing import Any

import pytest

from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.drift import drift_rows, topic_rows
from pipeline.model_watch import EVERY, advise_training, watch_drift
from tests.deciding import TOPICS, decide, mixed, sentences
from tests.fakes import Clock

OPERATOR = "operator@buyuksehir.example"


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    """Somebody to be told."""
    desk.settings.operator_email = OPERATOR
    desk.settings.drift_least = 10


def told(desk: Desk, clock: Clock, template: Template) -> list[dict[str, Any]]:
    """What both sweeps tell when their time has come again."""
    clock.moment += 2 * EVERY
    advise_training(desk)
    watch_drift(desk)
    with desk.uow() as uow:
        due = uow.notifications.claim_due(5_000, clock())
        uow.commit()
    return [notice.values for notice in due if notice.template == template]


def test_training_is_advised_once_a_month_while_there_is_something_to_learn(desk: Desk, clock: Clock) -> None:
    decide(desk, clock, list(mixed(9)))
    assert told(desk, clock, Template.TRAINING_ADVISED) == [], "45 are too few"
    decide(desk, clock, [(f"{words} yine", topic) for words, topic in mixed(2)])
    [notice] = told(desk, clock, Template.TRAINING_ADVISED)
    assert notice["labels"] == "55"
    assert told(desk, clock, Template.TRAINING_ADVISED) == []
    clock.step(days=14)
    assert [n["labels"] for n in told(desk, clock, Template.TRAINING_ADVISED)] == ["55"], "a new month"


def test_several_clocks_tell_once(desk: Desk, clock: Clock) -> None:
    decide(desk, clock, list(mixed(10)))
    for _ in range(3):
        advise_training(desk)
    with desk.uow() as uow:
        due = uow.notifications.claim_due(5_000, clock())
    assert len([notice for notice in due if notice.template == Template.TRAINING_ADVISED]) == 1


def test_a_week_that_went_wrong_is_told_of_when_it_is_over(desk: Desk, clock: Clock) -> None:
    wrong = {topic: TOPICS[(at + 1) % len(TOPICS)] for at, topic in enumerate(TOPICS)}
    decide(desk, clock, [(words, wrong[topic]) for topic in TOPICS for words in sentences(topic)[:12]])
    assert told(desk, clock, Template.MODEL_DRIFTS) == [], "the week is not over"
    clock.step(days=7)
    [notice] = told(desk, clock, Template.MODEL_DRIFTS)
    assert notice["week"] == "2026-11-23T00:00:00+03:00"
    assert int(notice["corrected_percent"]) > int(notice["expected_percent"])
    assert notice["drifting_topics"]
    assert told(desk, clock, Template.MODEL_DRIFTS) == []
    clock.step(days=7)
    assert told(desk, clock, Template.MODEL_DRIFTS) == [], "nothing happened in the week after"


def test_weeks_and_topics_are_counted_by_each_cases_last_word(desk: Desk, clock: Clock) -> None:
    decide(desk, clock, [(words, "su-kesintisi") for words in sentences("su-kesintisi")[:6]])
    clock.step(days=7)
    decide(desk, clock, [(words, "tuketici") for words in sentences("su-kesintisi")[6:10]])
    first, second = drift_rows(desk, 4)
    assert [(week["cases"], week["reviewed"]) for week in (first, second)] == [(6, 6), (4, 4)]
    assert second["corrected"] == 1.0
    assert 0 < first["confidence"] <= 1
    rows = topic_rows([first, second])
    assert sum(row["reviewed"] for row in rows) == 10
    assert rows[0]["corrected"] - rows[0]["expected"] == max(r["corrected"] - r["expected"] for r in rows)
