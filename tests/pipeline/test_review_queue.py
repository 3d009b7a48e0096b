"""Whose turn it is: the order of the queue, claims that end by themselves, and one reviewer a case."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from domain.errors import PermanentError
from domain.vocabulary import CaseState, Confidentiality, Priority
from pipeline.casefile import casefile
from pipeline.citizens import citizen_file
from pipeline.desk import Desk
from pipeline.review import claim, confirm, next_case, release
from tests.fakes import Clock
from tests.pipeline.answering_units import now_is
from tests.pipeline.reviewing import OTHER, WHO, changed, waiting_case


def test_what_is_urgent_comes_first_then_what_is_old(desk: Desk, clock: Clock) -> None:
    cases = []
    for priority in (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.NORMAL, Priority.HIGH):
        cases.append(waiting_case(desk))
        changed(desk, cases[-1], priority=priority)
        clock.step(minutes=1)
    danger = waiting_case(desk)
    changed(desk, danger, priority=Priority.LIFE_SAFETY, state=CaseState.ASSIGNED)
    order = [danger, cases[2], cases[4], cases[1], cases[3], cases[0]]
    reviewers = [f"r{number}" for number in range(7)]
    assert [next_case(desk, who) for who in reviewers] == [*(case.number for case in order), None]


def test_what_is_routed_and_needs_nobody_never_comes(desk: Desk) -> None:
    case = waiting_case(desk)
    changed(desk, case, state=CaseState.ASSIGNED, needs_review=False)
    assert next_case(desk, WHO) is None


def test_reviewers_who_come_at_the_same_instant_never_hold_the_same_case(desk: Desk) -> None:
    cases = [waiting_case(desk) for _ in range(12)]
    reviewers = [f"r{number}" for number in range(16)]
    start = Barrier(4)

    def take(mine: list[str]) -> list[str | None]:
        start.wait()
        return [next_case(desk, who) for who in mine]

    with ThreadPoolExecutor(4) as pool:
        taken = [n for each in pool.map(take, [reviewers[i::4] for i in range(4)]) for n in each]
    numbers = [number for number in taken if number]
    assert sorted(numbers) == sorted(case.number for case in cases), "each once, and none left"
    assert taken.count(None) == 4


def test_two_who_decide_one_case_at_the_same_instant_decide_it_once(desk: Desk) -> None:
    case = waiting_case(desk, topic="su-kesintisi")
    changed(desk, case, state=CaseState.IN_REVIEW, needs_review=True)
    start = Barrier(2)

    def decide(who: str) -> str:
        start.wait()
        try:
            confirm(desk, case.number, who)
        except PermanentError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(decide, (WHO, OTHER)))
    assert said[0] == ""
    assert said[1].startswith("decided ")


def test_whoever_has_a_case_in_hand_gets_it_again_and_may_skip_it(desk: Desk) -> None:
    first, second = waiting_case(desk), waiting_case(desk)
    assert next_case(desk, WHO) == next_case(desk, WHO) == first.number
    assert next_case(desk, WHO, skip=first.number) == second.number
    assert next_case(desk, OTHER) == first.number, "it was given back"


def test_a_claim_ends_by_itself(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    assert next_case(desk, WHO) == case.number
    clock.step(minutes=desk.settings.review_claim_minutes - 1)
    assert next_case(desk, OTHER) is None
    with pytest.raises(PermanentError, match=f"in_hand .*{case.number}.*{WHO}"):
        claim(desk, case.number, OTHER)
    clock.step(minutes=1)
    assert next_case(desk, OTHER) == case.number
    with pytest.raises(PermanentError, match="in_hand"):
        confirm(desk, case.number, WHO)


def test_only_its_holder_gives_a_case_back(desk: Desk) -> None:
    case = waiting_case(desk)
    claim(desk, case.number, WHO)
    assert not release(desk, case.number, OTHER)
    assert now_is(desk, case).reviewer == WHO
    assert release(desk, case.number, WHO)
    assert next_case(desk, OTHER) == case.number


def test_restricted_cases_are_for_those_who_are_named(desk: Desk) -> None:
    case = waiting_case(desk)
    changed(desk, case, confidentiality=Confidentiality.RESTRICTED)
    desk.settings.restricted_reviewers = f"{WHO}, baskasi"
    assert next_case(desk, OTHER) is None
    with pytest.raises(PermanentError, match="restricted"):
        claim(desk, case.number, OTHER)
    assert next_case(desk, WHO) == case.number


def test_nobody_else_reads_a_restricted_case_by_another_way(desk: Desk) -> None:
    case = waiting_case(desk)
    changed(desk, case, confidentiality=Confidentiality.RESTRICTED)
    desk.settings.restricted_reviewers = WHO
    for somebody in (OTHER, ""):
        with pytest.raises(PermanentError, match="restricted"):
            casefile(desk, case.number, who=somebody, whole=True)
    assert casefile(desk, case.number, who=WHO)["messages"]
    seen = {who: citizen_file(desk, case.citizen_id or 0, actor=who, why="sordu") for who in (WHO, OTHER)}
    assert [line["subject"] for who in (WHO, OTHER) for line in seen[who]["cases"]] == [case.subject, ""]


@pytest.mark.parametrize("name", ["", "   ", "a" * 41])
def test_a_reviewer_has_a_name(desk: Desk, name: str) -> None:
    with pytest.raises(PermanentError, match="reviewer_name"):
        next_case(desk, name)


@pytest.mark.parametrize(
    ("number", "error"), [("2026-1", "mistyped"), ("2026-0999999-8", "no_case|mistyped")]
)
def test_a_number_that_is_no_cases_is_said_to_be_so(desk: Desk, number: str, error: str) -> None:
    with pytest.raises(PermanentError, match=error):
        claim(desk, number, WHO)
