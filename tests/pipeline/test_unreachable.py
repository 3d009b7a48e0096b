"""A case that does not reach its unit is not lost: a person sees it, and the operator is told once."""

import pytest
from sqlalchemy import update

from domain.messages import DeliveryReport
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    DeliveryState,
    NotificationState,
    Template,
)
from pipeline.accept import Intake, accept
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.objecting import object_to
from pipeline.review import correct
from store.models import Case, NotificationRow, UnitRow
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.answering_units import answered, assigned_case, now_is
from tests.pipeline.looking import case_of, kinds, notices_of, send_all, take_in

OPERATOR = "nobetci@buyuksehir.example"
DANGER = "Kadıköy Moda Caddesi'nde doğalgaz kokusu var, patlama olacak"


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    desk.settings = desk.settings.model_copy(update={"operator_email": OPERATOR})


def addresses(desk: Desk, *emails: str) -> None:
    """Give every unit these addresses."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(emails=list(emails)))
        uow.commit()


def fail(desk: Desk, notice: NotificationRow) -> None:
    """Let a notice leave and fail for good."""
    leave(desk, notice)
    bounce(desk, notice)


def leave(desk: Desk, notice: NotificationRow) -> None:
    with desk.uow() as uow:
        uow.notifications.claim_due(10, desk.now())
        sent = {"transport": "smtp", "gateway_id": f"g{notice.id}", "subject": "s", "now": desk.now()}
        assert uow.notifications.sent(notice.id or 0, **sent)  # type: ignore[arg-type]
        uow.commit()


def bounce(desk: Desk, notice: NotificationRow) -> None:
    report = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=f"g{notice.id}", reason="5.1.1 yok", permanent=True
    )
    accept(desk, Intake(reports=[report]))


def of(desk: Desk, case: Case | None, template: Template) -> list[NotificationRow]:
    return [notice for notice in notices_of(desk, case) if notice.template == template]


def state(desk: Desk, message: int) -> str:
    case = case_of(desk, message)
    assert case is not None
    return case.state


def test_a_case_goes_to_a_person_when_the_last_address_of_its_unit_fails(desk: Desk) -> None:
    addresses(desk, "bir@birim.example", "iki@birim.example")
    [message] = take_in(desk, make_message())
    case = case_of(desk, message)
    first, second = of(desk, case, Template.ROUTED_TO_UNIT)
    fail(desk, first)
    assert (state(desk, message), of(desk, case, Template.UNIT_UNREACHABLE)) == (CaseState.ASSIGNED, [])
    fail(desk, second)
    assert state(desk, message) == CaseState.IN_REVIEW
    assert CaseEventKind.STATE_CHANGED in kinds(desk, case)
    [told] = of(desk, case, Template.UNIT_UNREACHABLE)
    assert told.recipient == f"mailto:{OPERATOR}"


def test_danger_to_life_whose_notices_all_fail_is_told_once(desk: Desk) -> None:
    [message] = take_in(desk, make_message(text=DANGER))
    case = case_of(desk, message)
    failing = [*of(desk, case, Template.ROUTED_TO_UNIT), *of(desk, case, Template.UNIT_ALERT)]
    assert len(failing) > 1
    for notice in failing:
        fail(desk, notice)
    assert state(desk, message) == CaseState.IN_REVIEW
    assert len(of(desk, case, Template.UNIT_UNREACHABLE)) == 1


@pytest.mark.parametrize("text", [None, DANGER])
def test_a_unit_without_an_address_gets_no_case_that_nobody_sees(
    desk: Desk, clock: Clock, text: str | None
) -> None:
    addresses(desk)
    [message] = take_in(desk, make_message(**{"text": text} if text else {}))
    case = case_of(desk, message)
    assert state(desk, message) == CaseState.IN_REVIEW
    assert case is not None
    assert "no_address" in case.reasons
    assert of(desk, case, Template.ROUTED_TO_UNIT) == []
    assert bool(of(desk, case, Template.UNIT_ALERT)) is bool(text)
    send_all(desk)
    [told] = of(desk, case, Template.UNIT_UNREACHABLE)
    assert told.state == NotificationState.SENT


def test_a_unit_that_has_the_case_no_more_need_not_be_reached(desk: Desk) -> None:
    [message] = take_in(desk, make_message())
    case = case_of(desk, message)
    assert case is not None
    [first] = of(desk, case, Template.ROUTED_TO_UNIT)
    leave(desk, first)
    correct(desk, case.number, "temsilci", Correction(district="Üsküdar"), again=True)
    second = of(desk, case, Template.ROUTED_TO_UNIT)[1]
    bounce(desk, first)
    assert state(desk, message) == CaseState.ASSIGNED
    fail(desk, second)
    assert state(desk, message) == CaseState.IN_REVIEW, "the unit that has it now was not reached"


def test_the_operator_hears_of_every_unit_that_is_not_reached(desk: Desk) -> None:
    [message] = take_in(desk, make_message())
    case = case_of(desk, message)
    assert case is not None
    fail(desk, of(desk, case, Template.ROUTED_TO_UNIT)[0])
    correct(desk, case.number, "temsilci", Correction(district="Üsküdar"))
    fail(desk, of(desk, case, Template.ROUTED_TO_UNIT)[1])
    assert state(desk, message) == CaseState.IN_REVIEW
    assert len(of(desk, case, Template.UNIT_UNREACHABLE)) == 2


def test_a_unit_that_an_objection_does_not_reach_leaves_the_case_to_a_person(desk: Desk) -> None:
    case = assigned_case(desk)
    answered(desk, case, "ÇÖZÜLDÜ Kutular boşaltıldı.")
    account = add_account(desk, Channel.WEBFORM)
    object_to(desk, case.id or 0, account, make_message(channel=Channel.WEBFORM, text="Yine taştı."))
    for notice in of(desk, case, Template.OBJECTED):
        fail(desk, notice)
    assert now_is(desk, case).state == CaseState.IN_REVIEW
    assert len(of(desk, case, Template.UNIT_UNREACHABLE)) == 1
