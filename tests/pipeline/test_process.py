"""Step 3: what becomes of messages. Each row of the tables is one thing a citizen or a machine may send."""

from datetime import timedelta

import pytest

from domain.messages import Place
from domain.numbers import parse_application_number
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    Medium,
    MessageState,
    Template,
    Verdict,
)
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.fakes import RUBBISH, Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_from, case_of, kinds, notices_by_state, notices_of, take_in


def test_a_clear_complaint_goes_to_the_districts_own_municipality(desk: Desk, clock: Clock) -> None:
    case = case_from(desk, make_message())
    assert (case.unit, case.state, case.district) == (
        "kadikoy-belediyesi",
        CaseState.ASSIGNED,
        "Kadıköy",
    )
    assert parse_application_number(case.number) == case.number
    assert case.number.startswith("2026-")
    assert case.due_at > clock()
    security = desk.keyring.decrypt(case.security_number)
    assert len(security) == 6
    assert security.isdigit()
    templates = {(n.template, n.medium) for n in notices_of(desk, case)}
    assert templates == {(Template.RECEIVED, Medium.EMAIL), (Template.ROUTED_TO_UNIT, Medium.EMAIL)}
    assert kinds(desk, case) == [CaseEventKind.OPENED, CaseEventKind.ASSIGNED]


def test_what_nobody_understands_waits_for_a_person_at_the_desk(desk: Desk) -> None:
    case = case_from(desk, make_message(text="Merhaba, kolay gelsin.", subject="Selam"))
    assert (case.unit, case.state, case.needs_review) == ("beyaz-masa", CaseState.IN_REVIEW, True)
    assert [n.template for n in notices_of(desk, case)] == [Template.RECEIVED]


def test_danger_to_life_is_routed_at_once_and_alerts_the_unit_by_sms(desk: Desk) -> None:
    case = case_from(desk, make_message(text="Üsküdar'da sokakta çok ağır gaz kokusu var, korkuyoruz!"))
    assert case.state == CaseState.ASSIGNED
    assert case.priority == "life_safety"
    assert Template.UNIT_ALERT in {n.template for n in notices_of(desk, case)}


def test_an_empty_message_is_a_case_too(desk: Desk) -> None:
    case = case_from(desk, make_message(text="", subject=None, sender=None, sender_name=None))
    assert case.state == CaseState.IN_REVIEW
    assert notices_of(desk, case) == []


@pytest.mark.parametrize("verdict", [Verdict.AUTO_REPLY, Verdict.BOUNCE, Verdict.OWN_LOOP])
def test_machines_are_stored_and_never_answered(desk: Desk, verdict: Verdict) -> None:
    [message] = take_in(desk, make_message(verdict=verdict))
    assert case_of(desk, message) is None
    with desk.uow() as uow:
        row = uow.messages.get(message)
    assert row is not None
    assert row.state == MessageState.DONE
    assert notices_by_state(desk) == {}


def test_a_mail_too_large_is_refused_once_and_opens_no_case(desk: Desk) -> None:
    [message] = take_in(desk, make_message(headers={"oversize": "1"}))
    assert case_of(desk, message) is None
    with desk.uow() as uow:
        [owed] = uow.notifications.claim_due(10, desk.now())
    assert owed.template == Template.TOO_LARGE


def test_a_list_mail_is_a_case_for_review_but_is_never_answered(desk: Desk) -> None:
    [message] = take_in(desk, make_message(verdict=Verdict.LIST, text="Merhaba herkese"))
    assert notices_of(desk, case_of(desk, message)) == []


def test_the_same_mail_to_two_mailboxes_is_one_case_with_two_deliveries(desk: Desk) -> None:
    first, second = add_account(desk), add_account(desk)
    message = make_message(content_key="same")
    added = accept(desk, Intake(items=[(first, message), (second, message)]))
    process_all(desk)
    cases = [case_of(desk, one) for one in added]
    assert cases[0] is not None
    assert cases[1] is not None
    assert cases[0].id == cases[1].id
    assert kinds(desk, cases[0])[-1] == CaseEventKind.DELIVERY_REPEATED
    assert len([n for n in notices_of(desk, cases[0]) if n.template == Template.RECEIVED]) == 1


def test_opt_out_stops_notices_but_not_complaints(desk: Desk) -> None:
    phone = Urn("tel", "+905321112244")
    account = add_account(desk, Channel.SMS)
    sms = {"channel": Channel.SMS, "sender": phone, "sender_name": None, "subject": None}
    take_in(desk, make_message(**sms), account=account)
    [word] = take_in(desk, make_message(**sms, text="RET", verdict=Verdict.OPT_OUT), account=account)
    assert case_of(desk, word) is None
    case = case_from(desk, make_message(**sms, text=RUBBISH), account=account)
    assert Template.RECEIVED not in {n.template for n in notices_of(desk, case)}


def test_a_place_from_the_form_is_believed(desk: Desk) -> None:
    place = Place(district="Üsküdar", address="Çınar Sokak 5")
    [message] = take_in(
        desk, make_message(channel=Channel.WEBFORM, text="Çöpler üç gündür toplanmıyor", place=place)
    )
    case = case_of(desk, message)
    assert case is not None
    assert (case.district, case.unit) == ("Üsküdar", "uskudar-belediyesi")


def test_numbers_go_on_in_the_new_year(desk: Desk, clock: Clock) -> None:
    take_in(desk, make_message())
    clock.step(days=40)
    case = case_from(desk, make_message())
    assert case.number.startswith("2027-0000001-")
    assert case.opened_at - timedelta(days=40) < clock()
