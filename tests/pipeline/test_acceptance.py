"""A unit that has not said in its office hours that a case is theirs is reminded once, and of nothing it has
answered."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Confidentiality, Stage, Template
from pipeline import reminding
from pipeline.acceptance import plan_acceptance
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.reminding import plan_reminders, remind_units
from store.models import Case, UnitRow
from tests.fakes import Clock
from tests.pipeline.answering_units import answered, assigned_case, history
from tests.pipeline.looking import send_all
from tests.pipeline.reviewing import changed
from tests.pipeline.timing import notices, reminders, three_clocks

FAR = {"days": 40}


def asked_case(desk: Desk, **given: object) -> Case:
    """A case that is due much later than its unit is to accept it."""
    case = assigned_case(desk, **given)
    later = case.due_at.replace(year=case.due_at.year + 1)
    changed(desk, case, due_at=later, promised_at=later, legal_due_at=later)
    return case


def tick(desk: Desk) -> None:
    plan_reminders(desk)
    plan_acceptance(desk)
    remind_units(desk)


def told(desk: Desk) -> list[tuple[str, int]]:
    """Which units were reminded to accept a case, and for which of its moves."""
    return [(each.unit, each.step) for each in reminders(desk) if each.stage == Stage.UNACCEPTED]


def test_it_is_among_the_clocks_sweeps() -> None:
    assert plan_acceptance in SWEEPS


def test_a_unit_is_reminded_once_when_its_office_hours_are_over(desk: Desk, clock: Clock) -> None:
    """24 office hours of nine a day from Monday noon end on Thursday at 09:00."""
    case = asked_case(desk)
    for hours, count in ((0.1, 0), (68.8, 0), (0.2, 1), (24, 1)):
        clock.step(hours=hours)
        tick(desk)
        assert told(desk) == [(case.unit, 1)] * count, clock.moment
    accepted = asked_case(desk, sender=Urn("mailto", "b@eposta.example"))
    clock.step(days=5)
    tick(desk)
    answered(desk, accepted, "KABUL")
    [line] = [each for each in history(desk, case) if each.kind == CaseEventKind.REMINDED]
    assert line.detail["stage"] == Stage.UNACCEPTED
    send_all(desk)
    with desk.uow() as uow:
        [mail] = [  # what was accepted before it left is in none
            each
            for each in uow.outbox.latest(9)
            if "kabul edilmeyen 1 başvuru" in (each.subject or "").lower()
        ]
    for part in (mail.text, mail.html or ""):
        assert case.number in part
        assert part.count("/birim/islem/act.") == 2, "accept, or give it back"


Doing = Callable[[Desk, Case], object]
ENDS: list[tuple[str, Doing]] = [
    ("it accepts", lambda desk, case: answered(desk, case, "KABUL")),
    ("it asks for more time", lambda desk, case: answered(desk, case, "EK SÜRE 5 gün")),
    ("it notes something", lambda desk, case: answered(desk, case, "NOT Malzeme bekleniyor.")),
    ("it writes in plain words", lambda desk, case: answered(desk, case, "Ekiplerimiz yarın gelecek.")),
    ("it solves it", lambda desk, case: answered(desk, case, "ÇÖZÜLDÜ Boşaltıldı.")),
    ("it gives it back to nobody", lambda desk, case: answered(desk, case, "İADE")),
    ("it stands still", lambda desk, case: changed(desk, case, paused_at=desk.now())),
    ("it is restricted", lambda d, case: changed(d, case, confidentiality=Confidentiality.RESTRICTED)),
    ("it is due before", lambda desk, case: changed(desk, case, acceptance_unit=None, due_at=desk.now())),
]


@pytest.mark.parametrize("planned", [True, False], ids=["planned before", "planned after"])
def test_nobody_is_reminded_of_what_ended_before(desk: Desk, clock: Clock, planned: bool) -> None:
    districts = ("Kadıköy", "Beşiktaş", "Üsküdar", "Şişli", "Maltepe", "Pendik", "Bakırköy", "Fatih", "Tuzla")
    text = "{} ilçesinde çöp kutuları taşıyor, üç gündür çöp alınmıyor"
    cases = [asked_case(desk, text=text.format(district)) for district in districts]
    if planned:
        plan_acceptance(desk)
    for (_, do), case in zip(ENDS, cases, strict=True):
        do(desk, case)
    clock.step(days=5)
    tick(desk)
    assert told(desk) == []


def test_a_case_that_is_passed_on_is_asked_about_anew(desk: Desk, clock: Clock) -> None:
    case = asked_case(desk)
    first = case.unit
    clock.step(days=5)
    tick(desk)
    answered(desk, case, "İADE iski-kanal")
    clock.step(days=1)
    tick(desk)
    assert told(desk) == [(first, 1)]
    clock.step(days=5)
    tick(desk)
    assert told(desk) == [(first, 1), ("iski-kanal", 2)]


def test_it_can_be_switched_off_for_a_unit_and_for_all(desk: Desk, clock: Clock) -> None:
    case = asked_case(desk)
    with desk.uow() as uow:
        uow.session.execute(
            update(UnitRow).where(col(UnitRow.code) == case.unit).values(asks_acceptance=False)
        )
        uow.commit()
    clock.step(days=5)
    tick(desk)
    desk.settings = desk.settings.model_copy(update={"acceptance_hours": 0})
    asked_case(desk)
    clock.step(days=5)
    tick(desk)
    assert told(desk) == []


def test_three_clocks_remind_of_each_case_once(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    districts = ("Kadıköy", "Beşiktaş", "Üsküdar", "Şişli", "Maltepe", "Pendik")
    for district in districts:
        asked_case(desk, text=f"{district} ilçesinde çöp kutuları taşıyor, üç gündür çöp alınmıyor")
    clock.step(days=5)
    three_clocks(partial(tick, desk), rounds=6)
    assert len(told(desk)) == len(set(told(desk))) == len(districts)
    mails = [each.recipient for each in notices(desk, Template.UNIT_DEADLINES)]
    assert len(mails) == len(set(mails))
