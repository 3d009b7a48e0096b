"""Step 3 when things break: poison, dead workers, lost bells, bounces."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psycopg
import pytest
from structlog.contextvars import merge_contextvars
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from domain.messages import DeliveryReport
from domain.urn import Urn
from domain.vocabulary import (
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
from store.unit_of_work import UnitOfWork
from tests.fakes import RUBBISH, Bells, Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_from, case_of, notices_of, take_in
from tests.servers.processes import wait_until


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


DAMAGES = [
    "channel = 'pigeon'",
    "sender = 'no address'",
    """place = '{"planet": "Mars"}'""",
    "quoted_spans = '[[1]]'",
    """reports = '[{"state": "eaten by the dog"}]'""",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_row_that_cannot_be_read_costs_its_neighbours_nothing(
    desk: Desk, clock: Clock, damage: str
) -> None:
    """G4: by another version's hand, say. It stopped every worker, for ever."""
    account = add_account(desk)
    ids = accept(desk, Intake(items=[(account, make_message()) for _ in range(5)]))
    with psycopg.connect(desk.settings.database) as connection:
        connection.execute(f"UPDATE messages SET {damage} WHERE id = {ids[1]}".encode())
    for _ in range(desk.settings.max_attempts + 1):
        process_all(desk)
        clock.step(hours=5)
    with desk.uow() as uow:
        assert uow.cases.count() == 4
        assert [(each.message_id, each.attempts) for each, _ in uow.quarantine.waiting()] == [
            (ids[1], desk.settings.max_attempts)
        ]


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


BOUNCED = [
    ("nobody named", None, True),
    ("the citizen's own address", Urn("mailto", "e@eposta.example"), True),
    ("where the citizen has it forwarded to", Urn("mailto", "baska@eposta.example"), False),
]


@pytest.mark.parametrize(("label", "bounced", "closed"), BOUNCED, ids=[row[0] for row in BOUNCED])
def test_only_the_address_that_bounced_is_closed(
    desk: Desk, clock: Clock, label: str, bounced: Urn | None, closed: bool
) -> None:
    mail = Urn("mailto", "e@eposta.example")
    take_in(desk, make_message(sender=mail))
    with desk.uow() as uow:
        notice = next(n for n in uow.notifications.claim_due(10, clock()) if n.recipient == str(mail))
        uow.notifications.sent(notice.id, transport="smtp", gateway_id="g", subject="s", now=clock())
        uow.commit()
    report = DeliveryReport(state=DeliveryState.FAILED, gateway_id="g", recipient=bounced, permanent=True)
    accept(desk, Intake(reports=[report]))
    with desk.uow() as uow:
        assert uow.citizens.closed_to_notices([str(mail)]) == ({str(mail)} if closed else set())


def test_an_answer_to_the_mail_that_took_over_finds_its_case(desk: Desk, clock: Clock) -> None:
    """E12, E17: a receipt by SMS failed; the Message-ID of the mail instead carries the case too."""
    mail, phone = Urn("mailto", "f@eposta.example"), Urn("tel", "+905321112244")
    [first] = take_in(
        desk, make_message(channel=Channel.SMS, sender=phone, contacts=[mail], subject=None, text=RUBBISH)
    )
    case = case_of(desk, first)
    with desk.uow() as uow:
        notice = next(n for n in uow.notifications.claim_due(10, clock()) if n.recipient == str(phone))
        uow.notifications.sent(notice.id, transport="sms", gateway_id="g", subject=None, now=clock())
        uow.commit()
    report = DeliveryReport(state=DeliveryState.FAILED, gateway_id="g", permanent=True)
    accept(desk, Intake(reports=[report]))
    second = next(n for n in notices_of(desk, case) if n.recipient == str(mail))
    answered = case_from(desk, make_message(sender=mail, in_reply_to=second.message_id))
    assert case is not None
    assert answered.id == case.id


def test_an_opt_out_waits_for_who_registers_the_same_person_at_this_moment(desk: Desk, clock: Clock) -> None:
    phone = Urn("tel", "+905321112266")
    account = add_account(desk)
    accept(desk, Intake(items=[(account, make_message(sender=phone, verdict=Verdict.OPT_OUT))]))
    with capture_logs() as said, ThreadPoolExecutor(1) as worker, desk.uow() as other:
        other.citizens.lock_keys([str(phone)])
        other.citizens.add_contacts({str(phone): None}, clock())
        handled = worker.submit(process_batch, desk)
        wait_until(lambda: _waits_for_a_lock(desk), "the worker to wait")
        other.commit()
        other.session.close()
        assert handled.result(30) == 1
    assert [line for line in said if line["event"] == "batch_broke"] == []


def test_one_correlation_id_leads_through_the_log_and_nothing_in_it_is_personal(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = Urn("tel", "+905321112277")

    def breaks(desk: Desk, uow: UnitOfWork, fresh: Sequence[Fresh], work: Work, now: datetime) -> None:
        if any(f.claimed.message.sender == poison for f in fresh):  # the register refuses what it has already
            uow.citizens.add_contacts({str(poison): None}, now)
            uow.citizens.add_contacts({str(poison): None}, now)
        open_cases(desk, uow, fresh, work, now)

    monkeypatch.setattr(handling, "open_cases", breaks)
    account = add_account(desk)
    with capture_logs(processors=[merge_contextvars, format_exc_info]) as said:
        [good, bad] = accept(
            desk, Intake(items=[(account, make_message()), (account, make_message(sender=poison))])
        )
        process_batch(desk)
    with desk.uow() as uow:
        rows = [uow.messages.get(message) for message in (good, bad)]
    ids = [row.correlation_id for row in rows if row is not None]
    assert [line["event"] for line in said if ids[0] in line.get("correlation_ids", ())] == [
        "accepted",
        "handled",
    ]
    assert [line["event"] for line in said if ids[1] == line.get("correlation_id")] == ["attempt_failed"]
    assert "SQLSTATE 23505" in str(said)
    assert poison.path not in str(said)
    assert rows[1] is not None
    assert poison.path not in (rows[1].last_error or "")


def _waits_for_a_lock(desk: Desk) -> bool:
    with psycopg.connect(desk.settings.database) as connection:
        waiting = connection.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return waiting.fetchone() is not None
