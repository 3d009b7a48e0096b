"""What a CRM says at the same moment, twice: once is done."""

from datetime import timedelta

import pytest

from domain.vocabulary import CaseState, CrmWord, Template
from pipeline.crm.imports import Caller, Said, hear
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from tests.crm.world import change, numbers, standing, subscribe
from tests.fakes import Clock
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import notices_of
from tests.pipeline.timing import three_clocks


@pytest.fixture
def caller(desk: Desk, cases: list[int]) -> Caller:
    """A CRM that speaks for the unit that has the cases."""
    unit = change(desk, cases[0], state="assigned", closed_at=None).unit
    subscribe(desk, units=[unit])
    mine = standing(desk)
    return Caller(id=mine.id or 0, name=mine.name, units=frozenset({unit}))


def said(clock: Clock, key: str, word: CrmWord = CrmWord.RESOLVED, text: str = "Tamam.") -> Said:
    return Said(key=key, digest=f"{word} {text}", word=word, text=text, occurred_at=clock())


def test_three_equal_calls_at_once_are_done_once_and_answered_alike(
    desk: Desk, caller: Caller, cases: list[int], clock: Clock
) -> None:
    [number] = numbers(desk, cases[:1])
    answers: list[object] = []
    three_clocks(lambda: answers.append(hear(desk, caller, number, said(clock, "one"))), rounds=1)
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]
    case = change(desk, cases[0])
    assert now_is(desk, case).state == CaseState.RESOLVED
    assert len([n for n in notices_of(desk, case) if n.template == Template.OUTCOME]) == 1


def test_of_three_different_words_at_once_one_closes_the_case(
    desk: Desk, caller: Caller, cases: list[int], clock: Clock
) -> None:
    case = change(desk, cases[1], state="assigned", closed_at=None)
    keys, late = iter(["a", "b", "c"]), []

    def one() -> None:
        key = next(keys)
        try:
            hear(desk, caller, case.number, said(clock, key, text=key))
        except RefusedError as error:
            late.append(error.reason)

    three_clocks(one, rounds=1)
    assert late == ["late", "late"]
    assert len([n for n in notices_of(desk, case) if n.template == Template.OUTCOME]) == 1


def test_a_refusal_stays_one_for_its_key_though_the_case_has_moved(
    desk: Desk, caller: Caller, cases: list[int], clock: Clock
) -> None:
    case = change(desk, cases[2], state="in_review")
    with pytest.raises(RefusedError, match="late"):
        hear(desk, caller, case.number, said(clock, "early"))
    change(desk, cases[2], state="assigned")
    clock.moment += timedelta(minutes=5)
    with pytest.raises(RefusedError, match="late"):
        hear(desk, caller, case.number, said(clock, "early"))
    assert hear(desk, caller, case.number, said(clock, "again"))["case"]
