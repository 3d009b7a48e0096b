"""A step that closes a case says when, and one that opens it again takes that back."""

import pytest

from domain.vocabulary import CaseState
from pipeline.desk import Desk
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_of, take_in

_S = CaseState


@pytest.mark.parametrize("closed", [_S.RESOLVED, _S.REJECTED])
def test_a_case_knows_since_when_it_is_closed(desk: Desk, clock: Clock, closed: CaseState) -> None:
    [added] = take_in(desk, make_message())
    case = case_of(desk, added)
    assert case is not None
    state, seen = CaseState(case.state), []
    for wanted in (closed, _S.REOPENED, closed):
        clock.step(hours=1)
        with desk.uow() as uow:
            assert uow.cases.move(case.id or 0, state, wanted, actor="t", why="w", now=clock())
            uow.commit()
        state, now = wanted, case_of(desk, added)
        seen.append(now.closed_at if now else None)
    assert seen == [case.opened_at.replace(hour=10), None, clock()]
