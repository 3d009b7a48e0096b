"""A slip is taken back while nobody outside the desk knows of it; afterwards only a correction is left."""

from collections.abc import Callable

import pytest

from domain.errors import PermanentError
from domain.vocabulary import CaseEventKind, CaseState, NotACase, NotificationState, Priority
from pipeline.corrections import Correction, columns_of
from pipeline.desk import Desk
from pipeline.review import correct, next_case
from pipeline.review_undo import undo
from store.models import Case
from tests.fakes import Clock
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import kinds, send_all
from tests.pipeline.reviewing import OTHER, WHO, changed, details, unit_mails, waiting_case

KADIKOY = Correction(district="Kadıköy")


@pytest.mark.parametrize("said", [KADIKOY, Correction(not_a_case=NotACase.EMPTY)], ids=["routed", "rejected"])
def test_the_case_is_as_it_was_and_in_its_reviewers_hand(desk: Desk, said: Correction) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, said)
    assert undo(desk, WHO) == case.number
    after = now_is(desk, case)
    assert columns_of(after) == columns_of(case)
    assert (next_case(desk, OTHER), next_case(desk, WHO)) == (None, case.number)
    assert {n.state for n in unit_mails(desk, case)} <= {NotificationState.SUPPRESSED}
    assert kinds(desk, case)[-2:] == [CaseEventKind.REVIEW_UNDONE, CaseEventKind.STATE_CHANGED]
    assert details(desk, case, CaseEventKind.REVIEW_UNDONE)[0][1]["to"]["state"] == CaseState.IN_REVIEW
    with desk.uow() as uow:
        assert uow.reviews.labels(case.opened_at) == [], "nobody learns from a slip"


def test_decided_again_the_unit_hears_of_it_once(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, KADIKOY)
    undo(desk, WHO)
    correct(desk, case.number, WHO, KADIKOY)
    clock.step(minutes=2)
    send_all(desk)
    assert [n.state for n in unit_mails(desk, case)] == [NotificationState.SUPPRESSED, NotificationState.SENT]


def test_what_a_correction_took_back_is_owed_again(desk: Desk) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, OTHER, KADIKOY)
    correct(desk, case.number, WHO, Correction(district="Üsküdar"), again=True)
    undo(desk, WHO)
    assert now_is(desk, case).unit == "kadikoy-belediyesi"
    assert [n.state for n in unit_mails(desk, case)] == [NotificationState.OWED, NotificationState.SUPPRESSED]


def sent(desk: Desk, clock: Clock, case: Case) -> None:
    clock.step(minutes=2)
    send_all(desk)


def in_hand(desk: Desk, clock: Clock, case: Case) -> None:
    clock.step(minutes=2)
    with desk.uow() as uow:
        assert uow.notifications.claim_due(10, desk.now())
        uow.commit()


def later(desk: Desk, clock: Clock, case: Case) -> None:
    clock.step(minutes=desk.settings.review_undo_minutes, seconds=1)


def touched(desk: Desk, clock: Clock, case: Case) -> None:
    changed(desk, case, priority=Priority.HIGH)


def decided_by_another(desk: Desk, clock: Clock, case: Case) -> None:
    correct(desk, case.number, OTHER, Correction(priority=Priority.LOW), again=True)


def undone(desk: Desk, clock: Clock, case: Case) -> None:
    undo(desk, WHO)


TOO_LATE: list[tuple[Callable[[Desk, Clock, Case], None], str]] = [
    (sent, "told_already"),
    (in_hand, "told_already"),
    (later, "undo_too_late .*10"),
    (touched, "changed_since"),
    (decided_by_another, "changed_since"),
    (undone, "nothing_to_undo"),
]


@pytest.mark.parametrize(("happened", "error"), TOO_LATE, ids=[each[0].__name__ for each in TOO_LATE])
def test_once_others_know_or_time_has_passed_it_says_that_a_correction_is_left(
    desk: Desk, clock: Clock, happened: Callable[[Desk, Clock, Case], None], error: str
) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, KADIKOY)
    happened(desk, clock, case)
    before, notices = now_is(desk, case), [n.state for n in unit_mails(desk, case)]
    with pytest.raises(PermanentError, match=error):
        undo(desk, WHO)
    assert now_is(desk, case) == before
    assert [n.state for n in unit_mails(desk, case)] == notices


def test_a_decision_is_undone_by_whoever_took_it_and_named_rightly(desk: Desk) -> None:
    first, second = waiting_case(desk), waiting_case(desk)
    for case in (first, second):
        correct(desk, case.number, WHO, KADIKOY)
    with pytest.raises(PermanentError, match=f"nothing_to_undo .*{OTHER}"):
        undo(desk, OTHER)
    with pytest.raises(PermanentError, match=f"not_the_last .*{first.number}"):
        undo(desk, WHO, first.number)
    assert [undo(desk, WHO, second.number), undo(desk, WHO)] == [second.number, first.number]
