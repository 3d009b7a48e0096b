"""Whose message it is, and to which case it belongs (E12): what a stranger may and may not do."""

from typing import Any

import pytest

from domain.thread_tokens import make_message_id
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    Confidentiality,
    Template,
)
from pipeline.desk import Desk
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.looking import case_from, case_of, kinds, notices_of, take_in
from tests.pipeline.reviewing import changed


def test_two_citizens_in_one_batch_and_one_citizen_twice(desk: Desk) -> None:
    sender, phone = Urn("mailto", "a@eposta.example"), Urn("tel", "+905321112233")
    added = take_in(
        desk,
        make_message(sender=sender),
        make_message(sender=sender, contacts=[phone]),
        make_message(sender=phone),
        make_message(),
    )
    owners = [case.citizen_id for case in (case_of(desk, m) for m in added) if case]
    assert owners[0] == owners[1]
    assert len({owners[0], owners[2], owners[3]}) == 3, "a phone that a mail merely names proves nobody"


def test_a_form_that_names_somebody_elses_address_joins_nobody(desk: Desk) -> None:
    """A Reply-To or a second address is anybody's claim: it opens no way into another citizen's cases."""
    victim, stranger = Urn("tel", "+905321112266"), Urn("mailto", "stranger@eposta.example")
    [first] = take_in(desk, make_message(sender=victim))
    [second] = take_in(desk, make_message(sender=stranger, contacts=[victim]))
    mine, theirs = case_of(desk, first), case_of(desk, second)
    assert mine is not None
    assert theirs is not None
    assert mine.citizen_id != theirs.citizen_id
    other = case_from(desk, make_message(sender=stranger, subject=mine.number))
    assert other.id != mine.id


def test_an_address_named_before_is_owned_by_who_writes_from_it(desk: Desk) -> None:
    phone = Urn("tel", "+905321112277")
    take_in(desk, make_message(contacts=[phone]))
    added = take_in(desk, make_message(sender=phone), make_message(sender=phone))
    owners = [case.citizen_id for case in (case_of(desk, m) for m in added) if case]
    assert owners[0] is not None
    assert owners[0] == owners[1]


def test_a_chat_reply_joins_the_case_it_replies_to(desk: Desk) -> None:
    account, me = add_account(desk, Channel.TELEGRAM), Urn("telegram", "42")
    chat: dict[str, Any] = {"channel": Channel.TELEGRAM, "sender": me, "subject": None}
    [first] = take_in(desk, make_message(**chat, external_id="42:1"), account=account)
    [edit] = take_in(desk, make_message(**chat, in_reply_to="42:1", text="Fotoğraf"), account=account)
    [foreign] = take_in(
        desk, make_message(**chat | {"sender": Urn("telegram", "43")}, in_reply_to="42:1"), account=account
    )
    cases = [case_of(desk, message) for message in (first, edit, foreign)]
    assert [case.id if case else None for case in cases[:2]] == [cases[0] and cases[0].id] * 2
    assert cases[2] is not None
    assert cases[0] is not None
    assert cases[2].id != cases[0].id


def test_a_reply_with_our_token_joins_its_case(desk: Desk) -> None:
    sender = Urn("mailto", "b@eposta.example")
    [first] = take_in(desk, make_message(sender=sender))
    case = case_of(desk, first)
    token = next(n.message_id for n in notices_of(desk, case) if n.template == Template.RECEIVED)
    joined = case_from(desk, make_message(sender=sender, in_reply_to=token, text="Fotoğraf ekte."))
    assert case is not None
    assert joined.id == case.id
    assert CaseEventKind.MESSAGE_ADDED in kinds(desk, case)


FOLLOW_UPS = [
    ("number and known sender", "{number} hakkında", "c@eposta.example", True),
    ("number alone", "{number} hakkında", "stranger@eposta.example", False),
    ("wrong check digit", "2026-0000001-0 hakkında", "c@eposta.example", False),
]


@pytest.mark.parametrize(("label", "subject", "sender", "joins"), FOLLOW_UPS)
def test_a_number_joins_only_with_a_sender_known_on_that_case(
    desk: Desk, label: str, subject: str, sender: str, joins: bool
) -> None:
    case = case_from(desk, make_message(sender=Urn("mailto", "c@eposta.example")))
    text = subject.format(number=case.number)
    other = case_from(desk, make_message(sender=Urn("mailto", sender), subject=text))
    assert (other.id == case.id) is joins, label


UNPROVEN: list[tuple[str, dict[str, Any]]] = [
    ("typed into a form", {"channel": Channel.WEBFORM}),
    ("told by another system", {"channel": Channel.HTTP}),
    ("told to an agent on the telephone", {"channel": Channel.CALL_CENTRE}),
    ("told to somebody in the field", {"channel": Channel.FIELD}),
    ("as a fax machine was told to call itself", {"channel": Channel.FAX}),
    ("a mail that fails DMARC", {"headers": {"authentication_results": "mx.example; dmarc=fail"}}),
]


@pytest.mark.parametrize(("label", "given"), UNPROVEN, ids=[row[0] for row in UNPROVEN])
def test_a_sender_that_nothing_proves_joins_no_case(desk: Desk, label: str, given: dict[str, Any]) -> None:
    sender = Urn("mailto", "f@eposta.example")
    case = case_from(desk, make_message(sender=sender))
    other = case_from(desk, make_message(sender=sender, subject=case.number, **given))
    assert other.id != case.id
    assert CaseEventKind.POSSIBLY_RELATED in kinds(desk, other)


def test_a_forged_token_opens_a_case_of_its_own(desk: Desk) -> None:
    [first] = take_in(desk, make_message())
    case = case_of(desk, first)
    genuine = next(n.message_id for n in notices_of(desk, case) if n.message_id)
    forged = genuine[:-20] + "aaaa" + genuine[-16:]
    other = case_from(desk, make_message(in_reply_to=forged))
    assert case is not None
    assert other.id != case.id


def test_a_token_of_another_purpose_belongs_to_no_case(desk: Desk) -> None:
    """The one in the link by which somebody declines notices holds a key too, of an address."""
    case = case_from(desk, make_message())
    token = make_message_id(desk.token_key, "wish", str(case.id), desk.mail_domain)
    other = case_from(desk, make_message(in_reply_to=token))
    assert other.id != case.id


DEGREES = [
    (Confidentiality.IDENTITY_HIDDEN, True, Confidentiality.IDENTITY_HIDDEN),
    (Confidentiality.RESTRICTED, True, Confidentiality.RESTRICTED),
    (Confidentiality.PUBLIC, True, Confidentiality.PUBLIC),
    (Confidentiality.IDENTITY_HIDDEN, False, Confidentiality.PUBLIC),
]


@pytest.mark.parametrize(("degree", "mine", "after"), DEGREES)
def test_what_goes_on_from_a_closed_case_is_as_discreet(
    desk: Desk, degree: Confidentiality, mine: bool, after: Confidentiality
) -> None:
    """Who names somebody's number goes on from nothing, and learns nothing of that case by its own."""
    senders = [Urn("mailto", f"{name}@eposta.example") for name in "kl"]
    case = case_from(desk, make_message(sender=senders[0]))
    closed = {"state": CaseState.RESOLVED, "confidentiality": degree, "closed_at": desk.now()}
    changed(desk, case, **closed)
    other = case_from(desk, make_message(sender=senders[not mine], subject=case.number))
    assert (other.id != case.id, other.confidentiality) == (True, after)


def test_a_closed_case_is_not_written_into(desk: Desk, clock: Clock) -> None:
    sender = Urn("mailto", "d@eposta.example")
    case = case_from(desk, make_message(sender=sender))
    with desk.uow() as uow:
        assert uow.cases.move(
            case.id or 0, CaseState.ASSIGNED, CaseState.RESOLVED, actor="test", why="done", now=clock()
        )
        uow.commit()
    token = next(n.message_id for n in notices_of(desk, case) if n.template == Template.RECEIVED)
    other = case_from(desk, make_message(sender=sender, in_reply_to=token))
    assert other.id != case.id
    assert CaseEventKind.POSSIBLY_RELATED in kinds(desk, other)
