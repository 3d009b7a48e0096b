"""An objection is made once, in time and with words; what else is tried is refused in clear words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from domain.vocabulary import (
    CaseState,
    Hindrance,
)
from pipeline.desk import Desk
from tests.fakes import Clock
from tests.web.citizen.acting import OBJECT, OBJECTION, Citizens, Known, objected
from tests.web.forms import query
from web.templating import texts


def test_two_clicks_are_one_objection(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    page = citizens.look(known)
    with ThreadPoolExecutor(4) as people:
        codes = list(
            people.map(lambda _: citizens.act(OBJECT, page, objection=OBJECTION).status_code, range(4))
        )
    assert codes == [200] * 4
    citizens.settle()
    assert query(desk, f"SELECT count(*) FROM messages WHERE case_id = {known.id}") == [2]
    assert len(citizens.notices(known, "objected")) == 1


def test_of_two_tabs_one_objects(citizens: Citizens) -> None:
    known = citizens.answered()
    tabs = [citizens.look(known) for _ in range(4)]
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda page: citizens.act(OBJECT, page, objection=OBJECTION), tabs))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    refused = next(each.text for each in answers if each.status_code == 409)
    assert "daha önce itiraz ettiniz" in refused
    assert f"{OBJECTION}</textarea>" in refused
    reopened = [line for line in citizens.history(known) if line.detail.get("to") == CaseState.REOPENED]
    assert len(reopened) == 1


Meanwhile = Callable[[Citizens, Known, Clock], None]


def _again(citizens: Citizens, known: Known, clock: Clock) -> None:
    assert objected(citizens, known, "Yine taştı.") == 200
    citizens.answer(known, "Yeniden boşaltıldı.")


def _late(citizens: Citizens, known: Known, clock: Clock) -> None:
    citizens.change(known, closed_at=clock() - timedelta(days=31))


MEANWHILE: dict[Hindrance, Meanwhile] = {
    Hindrance.UNANSWERED: lambda citizens, known, clock: citizens.change(
        known, state=CaseState.ASSIGNED, closed_at=None
    ),
    Hindrance.OBJECTED: _again,
    Hindrance.LATE: _late,
}


def test_what_cannot_be_objected_to_is_said_in_clear_words(citizens: Citizens, clock: Clock) -> None:
    assert set(MEANWHILE) == set(Hindrance)
    for why, happen in MEANWHILE.items():
        known = citizens.answered()
        page = citizens.look(known)
        happen(citizens, known, clock)
        citizens.settle()
        before = (citizens.row(known).model_dump(), len(citizens.history(known)))
        answer = citizens.act(OBJECT, page, objection=OBJECTION)
        words = texts()["hindrances"][why].format(phone="153")
        assert (why, answer.status_code, words in answer.text) == (why, 409, True)
        assert OBJECTION in answer.text
        assert (citizens.row(known).model_dump(), len(citizens.history(known))) == before
        offered = OBJECT in citizens.look(known)
        assert (why, offered) == (why, False)


def test_without_words_there_is_no_objection(citizens: Citizens) -> None:
    known = citizens.answered()
    answer = citizens.act(OBJECT, citizens.look(known), objection=" ")
    assert (answer.status_code, "Neden itiraz ettiğinizi yazın." in answer.text) == (422, True)
    assert citizens.row(known).state == CaseState.RESOLVED
