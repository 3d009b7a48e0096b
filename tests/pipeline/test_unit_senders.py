"""Whose answer counts as a unit's: marks that do not count, senders that are not the unit."""

from datetime import timedelta

from domain.thread_tokens import make_message_id
from domain.unit_marks import UnitMark, unit_letters
from domain.urn import Urn
from domain.vocabulary import (
    CaseState,
    Confidentiality,
    Template,
    UnitOutcome,
)
from pipeline.desk import Desk
from router.assignment import ReviewReason
from store.models import Case
from tests.pipeline.answering_units import (
    answered,
    assigned_case,
    history,
    mail_to_unit,
    now_is,
    reply,
    told,
    unit_told,
)
from tests.pipeline.looking import case_from, notices_of
from tests.pipeline.reviewing import changed

STRANGER = Urn("mailto", "kim@baska.example")


def forged(desk: Desk, case: Case) -> str:
    mark = UnitMark(case_id=case.id or 0, unit=unit_letters(case.unit), until=desk.now().date())
    return make_message_id(b"x" * 32, "u", mark.value, desk.mail_domain)


def expired(desk: Desk, case: Case) -> str:
    until = desk.now().date() - timedelta(days=1)
    mark = UnitMark(case_id=case.id or 0, unit=unit_letters(case.unit), until=until)
    return make_message_id(desk.token_key, "u", mark.value, desk.mail_domain)


def of_no_unit(desk: Desk, case: Case) -> str:
    mark = UnitMark(case_id=case.id or 0, unit="aaaaaa", until=desk.now().date())
    return make_message_id(desk.token_key, "u", mark.value, desk.mail_domain)


def test_marks_that_do_not_count_make_an_ordinary_message_for_a_person(desk: Desk) -> None:
    case = assigned_case(desk)
    for mark in (forged, expired, of_no_unit):
        own = case_from(desk, reply(desk, case, "ÇÖZÜLDÜ Boşaltıldı.", in_reply_to=mark(desk, case)))
        assert own.id != case.id, mark.__name__
        assert own.state == CaseState.IN_REVIEW
        assert ReviewReason.UNPROVEN_UNIT in own.reasons
    assert now_is(desk, case).state == CaseState.ASSIGNED


def test_a_sender_that_dmarc_refuses_is_not_the_unit(desk: Desk) -> None:
    case = assigned_case(desk)
    refused = {"authentication_results": "mx; dmarc=fail header.from=birim.example"}
    own = case_from(desk, reply(desk, case, "ÇÖZÜLDÜ Boşaltıldı.", headers=refused))
    assert own.id != case.id


def test_a_genuine_mark_in_foreign_hands_moves_nothing_and_asks_the_unit(desk: Desk) -> None:
    """The unit passed the mail on, or another one has it: who answers is not the one it was bound to."""
    case = assigned_case(desk)
    for sender in (STRANGER, Urn("mailto", "bilgi-edinme@buyuksehir.example")):
        assert answered(desk, case, "ÇÖZÜLDÜ Boşaltıldı.", sender=sender).state == CaseState.ASSIGNED
    asked = [n for n in notices_of(desk, case) if n.template == Template.UNIT_REPLY]
    assert [n.recipient for n in asked] == [mail_to_unit(desk, case).recipient] * 2
    assert "unit" not in {line.actor for line in history(desk, case)}


def test_a_restricted_case_gives_no_way_to_move_it_by_mail(desk: Desk) -> None:
    case = assigned_case(desk)
    changed(desk, case, confidentiality=Confidentiality.RESTRICTED)
    values, address = told(desk, mail_to_unit(desk, case))
    assert (values["resolve_url"], address) == ("", None)
    assert answered(desk, case, "ÇÖZÜLDÜ Boşaltıldı.").state == CaseState.ASSIGNED
    assert unit_told(desk, case) == [(UnitOutcome.RESTRICTED, "resolved")]
