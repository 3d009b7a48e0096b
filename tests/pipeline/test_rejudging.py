"""Judging anew, however late, never undoes what a person decided."""

import pytest

from domain.vocabulary import CaseEventKind, CaseState, Priority
from pipeline.corrections import Correction, columns_of
from pipeline.desk import Desk
from pipeline.rejudging import judge_waiting_anew
from pipeline.review import claim, correct
from pipeline.review_undo import undo
from router.assignment import ReviewReason
from store.models import Case
from tests.pipeline.answering_units import answered, assigned_case, now_is
from tests.pipeline.reviewing import WHO, changed, details, waiting_case

EARLIER = {"classifier": "earlier", "topic": "muze", "confidence": 0.1, "reasons": ["unsure"]}


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case that an earlier model took for something else."""
    made = waiting_case(desk)
    changed(desk, made, **EARLIER, priority=Priority.HIGH)
    return made


def test_a_waiting_case_shows_what_the_classifier_in_force_finds_and_waits_on(desk: Desk, case: Case) -> None:
    assert judge_waiting_anew(desk) == 1
    after = now_is(desk, case)
    assert (after.topic, after.classifier, after.reasons) == (case.topic, case.classifier, case.reasons)
    assert (after.state, after.priority, after.due_at) == (CaseState.IN_REVIEW, Priority.HIGH, case.due_at)
    [(actor, detail)] = details(desk, case, CaseEventKind.CLASSIFIED)
    assert (actor, detail["from"], detail["to"]) == ("router", "muze", case.topic)
    assert judge_waiting_anew(desk) == 0, "it is judged by this one now"


def test_what_a_person_decided_stands(desk: Desk, case: Case) -> None:
    correct(desk, case.number, WHO, Correction(topic="su-kesintisi", priority=Priority.LOW))
    decided = now_is(desk, case)
    assert judge_waiting_anew(desk) == 0
    assert now_is(desk, case) == decided
    changed(desk, case, state=CaseState.IN_REVIEW, unit="beyaz-masa")  # its unit could not be reached
    assert judge_waiting_anew(desk) == 0
    assert now_is(desk, case).topic == "su-kesintisi"


def test_what_is_in_somebodys_hand_or_at_this_moment_decided_is_passed_over(desk: Desk, case: Case) -> None:
    claim(desk, case.number, WHO)
    assert judge_waiting_anew(desk) == 0
    changed(desk, case, reviewer=None, claimed_until=None)
    with desk.uow() as uow:
        assert uow.cases.locked([case.id or 0])
        assert judge_waiting_anew(desk) == 0, "it does not even wait for the lock"
    assert judge_waiting_anew(desk) == 1


def test_an_undone_decision_is_none(desk: Desk, case: Case) -> None:
    correct(desk, case.number, WHO, Correction(district="Kadıköy", topic="cop-toplama"))
    undo(desk, WHO)
    changed(desk, case, reviewer=None, claimed_until=None)
    assert columns_of(now_is(desk, case))["topic"] == "muze"
    assert judge_waiting_anew(desk) == 1


def test_what_a_unit_said_of_a_case_stays_among_the_reasons(desk: Desk) -> None:
    case = assigned_case(desk)
    answered(desk, case, "İADE")
    changed(desk, case, classifier="earlier")
    assert judge_waiting_anew(desk) == 1
    after = now_is(desk, case)
    assert (after.state, after.reasons[-1]) == (CaseState.IN_REVIEW, ReviewReason.RETURNED)
    assert after.reasons.count(ReviewReason.RETURNED) == 1
