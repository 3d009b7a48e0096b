"""Step 3: what becomes of messages. Each row of the tables is one thing a citizen or a machine may send."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.messages import DeliveryReport, InboundMessage, Place
from domain.numbers import parse_application_number
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    DeliveryState,
    Medium,
    MessageState,
    NotificationState,
    Queue,
    Template,
    Verdict,
)
from pipeline import handling
from pipeline.accept import Intake, accept
from pipeline.attempts import announce
from pipeline.clock import ABANDONED_AFTER, ring_again, take_back_abandoned
from pipeline.desk import Desk
from pipeline.opening import open_cases
from pipeline.process import process_batch
from pipeline.replay import replay
from pipeline.work import Fresh, Work
from store.models import Case, NotificationRow
from store.unit_of_work import UnitOfWork
from tests.fakes import RUBBISH, Bells, Clock, add_account, make_message, process_all


def take_in(desk: Desk, *messages: InboundMessage, account: int | None = None) -> list[int]:
    """Accept messages on an account of their channel and process everything."""
    account = account or add_account(desk, messages[0].channel)
    added = accept(desk, Intake(items=[(account, message) for message in messages]))
    process_all(desk)
    return added


def case_of(desk: Desk, message_id: int) -> Case | None:
    with desk.uow() as uow:
        row = uow.messages.get(message_id)
        assert row is not None
        return uow.cases.get(row.case_id) if row.case_id else None


def notices_of(desk: Desk, case: Case | None) -> list[NotificationRow]:
    assert case is not None
    assert case.id is not None
    with desk.uow() as uow:
        return uow.notifications.of_case(case.id)


def kinds(desk: Desk, case: Case | None) -> list[str]:
    assert case is not None
    with desk.uow() as uow:
        return [event.kind for event in uow.cases.history(case.id or 0)]


def test_a_clear_complaint_goes_to_the_districts_own_municipality(desk: Desk, clock: Clock) -> None:
    [message] = take_in(desk, make_message())
    case = case_of(desk, message)
    assert case is not None
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
    [message] = take_in(desk, make_message(text="Merhaba, kolay gelsin.", subject="Selam"))
    case = case_of(desk, message)
    assert case is not None
    assert (case.unit, case.state, case.needs_review) == ("beyaz-masa", CaseState.IN_REVIEW, True)
    assert [n.template for n in notices_of(desk, case)] == [Template.RECEIVED]


def test_danger_to_life_is_routed_at_once_and_alerts_the_unit_by_sms(desk: Desk) -> None:
    [message] = take_in(desk, make_message(text="Üsküdar'da sokakta çok ağır gaz kokusu var, korkuyoruz!"))
    case = case_of(desk, message)
    assert case is not None
    assert case.state == CaseState.ASSIGNED
    assert case.priority == "life_safety"
    assert Template.UNIT_ALERT in {n.template for n in notices_of(desk, case)}


def test_an_empty_message_is_a_case_too(desk: Desk) -> None:
    [message] = take_in(desk, make_message(text="", subject=None, sender=None, sender_name=None))
    case = case_of(desk, message)
    assert case is not None
    assert case.state == CaseState.IN_REVIEW
    assert notices_of(desk, case) == []


@pytest.mark.parametrize("verdict", [Verdict.AUTO_REPLY, Verdict.BOUNCE, Verdict.OWN_LOOP])
def test_machines_are_stored_and_never_answered(desk: Desk, verdict: Verdict) -> None:
    [message] = take_in(desk, make_message(verdict=verdict))
    assert case_of(desk, message) is None
    with desk.uow() as uow:
        row = uow.messages.get(message)
        assert uow.notifications.counts() == {}
    assert row is not None
    assert row.state == MessageState.DONE


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
    [third] = take_in(desk, make_message(sender=stranger, subject=mine.number))
    other = case_of(desk, third)
    assert other is not None
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
    [reply] = take_in(desk, make_message(sender=sender, in_reply_to=token, text="Fotoğraf ekte."))
    joined = case_of(desk, reply)
    assert joined is not None
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
    [first] = take_in(desk, make_message(sender=Urn("mailto", "c@eposta.example")))
    case = case_of(desk, first)
    assert case is not None
    text = subject.format(number=case.number)
    [second] = take_in(desk, make_message(sender=Urn("mailto", sender), subject=text))
    other = case_of(desk, second)
    assert other is not None
    assert (other.id == case.id) is joins, label


def test_a_forged_token_opens_a_case_of_its_own(desk: Desk) -> None:
    [first] = take_in(desk, make_message())
    case = case_of(desk, first)
    genuine = next(n.message_id for n in notices_of(desk, case) if n.message_id)
    forged = genuine[:-20] + "aaaa" + genuine[-16:]
    [second] = take_in(desk, make_message(in_reply_to=forged))
    other = case_of(desk, second)
    assert other is not None
    assert case is not None
    assert other.id != case.id


def test_a_closed_case_is_not_written_into(desk: Desk, clock: Clock) -> None:
    sender = Urn("mailto", "d@eposta.example")
    [first] = take_in(desk, make_message(sender=sender))
    case = case_of(desk, first)
    assert case is not None
    with desk.uow() as uow:
        assert uow.cases.move(
            case.id or 0, CaseState.ASSIGNED, CaseState.RESOLVED, actor="test", why="done", now=clock()
        )
        uow.commit()
    token = next(n.message_id for n in notices_of(desk, case) if n.template == Template.RECEIVED)
    [second] = take_in(desk, make_message(sender=sender, in_reply_to=token))
    other = case_of(desk, second)
    assert other is not None
    assert other.id != case.id
    assert CaseEventKind.POSSIBLY_RELATED in kinds(desk, other)


def test_opt_out_stops_notices_but_not_complaints(desk: Desk) -> None:
    phone = Urn("tel", "+905321112244")
    account = add_account(desk, Channel.SMS)
    sms = {"channel": Channel.SMS, "sender": phone, "sender_name": None, "subject": None}
    take_in(desk, make_message(**sms), account=account)
    [word] = take_in(desk, make_message(**sms, text="RET", verdict=Verdict.OPT_OUT), account=account)
    assert case_of(desk, word) is None
    [later] = take_in(desk, make_message(**sms, text=RUBBISH), account=account)
    case = case_of(desk, later)
    assert case is not None
    assert Template.RECEIVED not in {n.template for n in notices_of(desk, case)}


def test_a_place_from_the_form_is_believed(desk: Desk) -> None:
    place = Place(district="Üsküdar", address="Çınar Sokak 5")
    [message] = take_in(
        desk, make_message(channel=Channel.WEBFORM, text="Çöp konteyneri taşıyor, alınmıyor", place=place)
    )
    case = case_of(desk, message)
    assert case is not None
    assert (case.district, case.unit) == ("Üsküdar", "uskudar-belediyesi")


def test_one_poison_message_costs_its_neighbours_nothing(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4, test 6: 49 cases at once, one quarantined after its attempts, a case after the fix and a replay."""
    account = add_account(desk)
    messages = [make_message() for _ in range(49)] + [make_message(text="ZEHİR")]
    real = open_cases

    def breaks(desk: Desk, uow: UnitOfWork, fresh: Sequence[Fresh], work: Work, now: datetime) -> None:
        if any("ZEHİR" in f.claimed.message.text for f in fresh):
            raise RuntimeError("cannot digest this")
        real(desk, uow, fresh, work, now)

    monkeypatch.setattr(handling, "open_cases", breaks)
    accept(desk, Intake(items=[(account, message) for message in messages]))
    process_all(desk)
    with desk.uow() as uow:
        assert uow.cases.count() == 49
    for _ in range(desk.settings.max_attempts):
        clock.step(hours=5)
        process_all(desk)
    with desk.uow() as uow:
        [(entry, message)] = uow.quarantine.waiting()
    assert "cannot digest this" in entry.traceback
    assert desk.blobs.get(message.raw_sha256) == messages[-1].raw
    monkeypatch.setattr(handling, "open_cases", real)
    replay(desk, entry.id or 0)
    replay(desk, entry.id or 0)
    process_all(desk)
    with desk.uow() as uow:
        assert uow.cases.count() == 50


def test_a_message_that_kills_its_worker_is_counted_and_ends_in_quarantine(desk: Desk, clock: Clock) -> None:
    account = add_account(desk)
    [message] = accept(desk, Intake(items=[(account, make_message())]))
    for _ in range(desk.settings.max_attempts):
        announce(desk, [message])  # and then its worker dies: nothing retracts it
        clock.step(hours=5)
        take_back_abandoned(desk)
    with desk.uow() as uow:
        assert [entry.message_id for entry, _ in uow.quarantine.waiting()] == [message]


def test_a_message_in_living_hands_is_not_taken_back(desk: Desk, clock: Clock) -> None:
    account = add_account(desk)
    [message] = accept(desk, Intake(items=[(account, make_message())]))
    announce(desk, [message])
    with desk.uow() as uow:
        assert uow.queue.claim(MessageState.READY, 1, clock())
        clock.step(seconds=ABANDONED_AFTER.total_seconds() + 1)
        take_back_abandoned(desk)
    with desk.uow() as uow:
        row = uow.messages.get(message)
        assert row is not None
        assert row.attempts == 0


def test_a_lost_bell_rings_again(desk: Desk, clock: Clock) -> None:
    accept(desk, Intake(items=[(add_account(desk), make_message())]))
    assert isinstance(desk.ring, Bells)
    desk.ring.rung.clear()
    ring_again(desk)
    assert desk.ring.rung == [Queue.INBOUND]
    process_batch(desk)
    desk.ring.rung.clear()
    clock.step(seconds=1)
    ring_again(desk)
    assert desk.ring.rung == [Queue.NOTIFY]


def test_two_workers_never_handle_the_same_message(desk: Desk, clock: Clock) -> None:
    account = add_account(desk)
    accept(desk, Intake(items=[(account, make_message()) for _ in range(10)]))
    with desk.uow() as one, desk.uow() as two:
        first = {m.id for m in one.queue.claim(MessageState.READY, 6, clock())}
        second = {m.id for m in two.queue.claim(MessageState.READY, 6, clock())}
    assert len(first) == 6
    assert len(second) == 4
    assert not first & second


def test_a_bounce_fails_its_notice_and_the_sms_takes_over(desk: Desk, clock: Clock) -> None:
    """E17: the DSN opens no case; the citizen's other address is used."""
    mail, phone = Urn("mailto", "e@eposta.example"), Urn("tel", "+905321112255")
    [first] = take_in(desk, make_message(sender=mail, contacts=[phone]))
    case = case_of(desk, first)
    notice = next(n for n in notices_of(desk, case) if n.template == Template.RECEIVED)
    with desk.uow() as uow:
        uow.notifications.claim_due(10, clock())
        uow.notifications.sent(
            notice.id or 0, transport="smtp", gateway_id=notice.message_id or "", subject="s", now=clock()
        )
        uow.commit()
    report = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=notice.message_id, permanent=True, reason="5.1.1 yok"
    )
    [bounce] = take_in(desk, make_message(verdict=Verdict.BOUNCE, sender=None, delivery_reports=[report]))
    assert case_of(desk, bounce) is None
    received = [n for n in notices_of(desk, case) if n.template == Template.RECEIVED]
    assert [(n.medium, n.state) for n in received] == [
        (Medium.EMAIL, NotificationState.FAILED),
        (Medium.SMS, NotificationState.OWED),
    ]
    assert received[1].fallback_of == received[0].id


def test_numbers_go_on_in_the_new_year(desk: Desk, clock: Clock) -> None:
    take_in(desk, make_message())
    clock.step(days=40)
    [later] = take_in(desk, make_message())
    case = case_of(desk, later)
    assert case is not None
    assert case.number.startswith("2027-0000001-")
    assert case.opened_at - timedelta(days=40) < clock()
