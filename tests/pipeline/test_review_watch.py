"""No wait without a watchdog: what nobody reviews or looks through is told to operators, once in its time."""

import pytest

from domain.vocabulary import NotACase
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.review import claim
from pipeline.review_queue import review_rows, review_sheet
from pipeline.review_watch import EVERY, LOOKED_THROUGH_WITHIN, watch_review
from tests.fakes import Clock, make_message
from tests.pipeline.looking import send_all, take_in
from tests.pipeline.reviewing import OTHER, RUBBISH, WHO, changed, waiting_case


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    desk.settings.operator_email = "nobetci@buyuksehir.example"


def told(desk: Desk, clock: Clock) -> list[str]:
    """The subjects of what operators are told within the next hour."""
    clock.step(seconds=EVERY.total_seconds() + 1)
    watch_review(desk)
    watch_review(desk)
    before = _subjects(desk)
    send_all(desk)
    return _subjects(desk)[len(before) :]


def _subjects(desk: Desk) -> list[str]:
    with desk.uow() as uow:
        return [e.subject or "" for e in reversed(uow.outbox.latest(50)) if "nobetci" in e.recipient]


def test_it_is_one_of_the_clocks_sweeps() -> None:
    assert watch_review in SWEEPS


def test_what_waits_too_long_is_told_once_in_each_spell(desk: Desk, clock: Clock) -> None:
    waiting_case(desk)
    waiting_case(desk)
    hours = desk.settings.review_alarm_hours
    assert [told(desk, clock) for _ in range(hours - 1)] == [[]] * (hours - 1)
    clock.step(minutes=1)
    later = [told(desk, clock) for _ in range(2 * hours)]
    spoken = [subject for each in later for subject in each]
    assert set(spoken) == {"İncelemede bekleyen 2 başvuru var"}
    assert len(spoken) in (2, 3), "once in each spell, however many clocks look"


def test_messages_that_nobody_looks_through_are_told_too(desk: Desk, clock: Clock) -> None:
    [added] = take_in(desk, make_message())
    found = {"verdict": NotACase.SPAM, "confidence": 0.9, "reasons": [], "classifier": "k"}
    with desk.uow() as uow:
        uow.asides.add([found | {"message_id": added, "at": clock()}])
        uow.commit()
    assert told(desk, clock) == []
    clock.step(days=LOOKED_THROUGH_WITHIN.days)
    assert told(desk, clock) == ["Kenara ayrılan 1 mesaja bakılmadı"]


def test_the_queue_is_counted_by_reason_topic_and_priority(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    clock.step(hours=2)
    waiting_case(desk)
    nothing_known = waiting_case(desk, topic=None)
    changed(desk, nothing_known, topic=None, reasons=["bakar", "no_topic", "unsure"])
    claim(desk, case.number, WHO)
    rows = review_rows(desk)
    counted = [
        (r["why"], r["topic"], r["priority"], r["waiting"], r["claimed"], r["age_hours"]) for r in rows
    ]
    assert counted == [
        ("no_district", RUBBISH, "normal", 2, 1, 2.0),
        ("no_topic", None, "normal", 1, 0, 0.0),
    ]


def test_a_reviewer_is_shown_the_words_the_reasons_and_what_a_confirmation_does(desk: Desk) -> None:
    case = waiting_case(desk)
    sheet = review_sheet(desk, case.number, OTHER)
    assert sheet["text"][0].startswith("Buraya")
    assert (sheet["waits"], sheet["confirmed"]) == (True, None)
    assert "no_district" in sheet["in_the_way"]["why"]
    changed(desk, case, topic="su-kesintisi")
    assert review_sheet(desk, case.number, OTHER)["confirmed"]["unit"] == "iski-su-ariza"
