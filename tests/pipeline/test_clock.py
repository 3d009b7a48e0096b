"""The clock: what has waited too long is rung for again, what dead workers left is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.messages import Attachment, DeliveryReport
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    DeliveryState,
    Medium,
    MessageState,
    NotificationState,
    Queue,
    Template,
)
from notifier.policy import NOTICE_ATTEMPTS
from pipeline import clock as clock_module
from pipeline.accept import Intake, accept
from pipeline.attempts import announce
from pipeline.clock import ABANDONED_AFTER, NOTICE_ABANDONED_AFTER, PARKED_FOR, ring_again, tick
from pipeline.desk import Desk
from pipeline.process import process_batch
from store.models import BatchClaim, Message, NotificationRow
from tests.fakes import Bells, Clock, add_account, make_message, process_all

LATER = timedelta(seconds=1)


def rung(desk: Desk) -> list[Queue]:
    """The bells since the last look."""
    assert isinstance(desk.ring, Bells)
    found = list(desk.ring.rung)
    desk.ring.rung.clear()
    return found


def message(desk: Desk, message_id: int) -> Message:
    with desk.uow() as uow:
        found = uow.messages.get(message_id)
    assert found is not None
    return found


def owe(desk: Desk, **given: object) -> NotificationRow:
    values = {
        "medium": Medium.EMAIL,
        "recipient": Urn("mailto", "ayse@posta.example"),
        "template": Template.RECEIVED,
        "due_at": desk.now(),
        "dedupe_key": "k",
    } | given
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", Notification(**values))  # type: ignore[arg-type]
        [taken] = uow.notifications.claim_due(1, values["due_at"])  # type: ignore[arg-type]
        uow.notifications.give_back([taken.id])
        uow.commit()
        found = uow.notifications.get(taken.id)
    assert found is not None
    return found


def state(desk: Desk, notice: NotificationRow) -> tuple[str, int]:
    with desk.uow() as uow:
        found = uow.notifications.get(notice.id or 0)
    assert found is not None
    return found.state, found.attempts


def waits_for_files(desk: Desk) -> None:
    file = Attachment(name="mms.jpg", media_type="image/jpeg", content=None, source="media/1")
    accept(desk, Intake(items=[(add_account(desk), make_message(attachments=[file]))]))


def waits_for_a_worker(desk: Desk) -> None:
    accept(desk, Intake(items=[(add_account(desk), make_message())]))


BELLS: list[tuple[str, Callable[[Desk], object], Queue]] = [
    ("a message that waits for a worker", waits_for_a_worker, Queue.INBOUND),
    ("a message that waits for its files", waits_for_files, Queue.DOCUMENTS),
    ("a notice that waits to leave", owe, Queue.NOTIFY),
]


@pytest.mark.parametrize(("label", "wait", "queue"), BELLS, ids=[row[0] for row in BELLS])
def test_a_bell_that_was_lost_rings_again_until_somebody_comes(
    desk: Desk, label: str, wait: Callable[[Desk], object], queue: Queue
) -> None:
    """A flushed broker loses bells, never messages."""
    wait(desk)
    rung(desk)
    for _ in range(3):
        ring_again(desk)
        assert rung(desk) == [queue]


def test_nobody_is_rung_for_before_the_time(desk: Desk, clock: Clock) -> None:
    owe(desk, due_at=clock() + LATER)
    rung(desk)
    ring_again(desk)
    assert rung(desk) == []
    clock.step(seconds=1)
    ring_again(desk)
    assert rung(desk) == [Queue.NOTIFY]


def test_an_idle_desk_is_quiet(desk: Desk) -> None:
    tick(desk)
    assert rung(desk) == []


def test_a_sweep_that_breaks_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still would stop everything that waits for a time."""

    def breaks(desk: Desk) -> None:
        raise ZeroDivisionError

    waits_for_a_worker(desk)
    rung(desk)
    monkeypatch.setattr(clock_module, "SWEEPS", (breaks, ring_again))
    tick(desk)
    assert rung(desk) == [Queue.INBOUND]


# How often the worker died with: the messages in its hands; and what the clock makes of the first of them.
DEATHS = [
    ("alone once", [[0]], 1, True),
    ("alone twice", [[0], [0]], 2, True),
    ("in company once: it proves nothing", [[0, 1, 2]], 0, True),
    ("in company five times: it still proves nothing", [[0, 1, 2]] * 5, 0, True),
    ("alone once, in company once", [[0, 1], [0]], 1, True),
    ("its neighbour alone", [[1]], 0, False),
]


@pytest.mark.parametrize(("label", "deaths", "attempts", "alone"), DEATHS, ids=[row[0] for row in DEATHS])
def test_a_message_counts_the_workers_that_died_with_it_alone(
    desk: Desk, clock: Clock, label: str, deaths: list[list[int]], attempts: int, alone: bool
) -> None:
    account = add_account(desk)
    ids = accept(desk, Intake(items=[(account, make_message()) for _ in range(3)]))
    with desk.uow() as uow:  # all before any: nobody takes them up in between
        for hands in deaths:
            claim = BatchClaim(message_ids=[ids[each] for each in hands], claimed_at=clock())
            uow.session.add(claim)
        uow.commit()
    clock.step(seconds=ABANDONED_AFTER.total_seconds() + 1)
    tick(desk)
    found = message(desk, ids[0])
    assert (found.attempts, found.alone, found.state) == (attempts, alone, MessageState.READY)
    clock.step(hours=5)
    assert process_all(desk) == 3


def test_the_next_worker_need_not_wait_for_the_clock(desk: Desk, clock: Clock) -> None:
    """Who takes a message up again knows that somebody died with it, and takes it by itself."""
    account = add_account(desk)
    ids = accept(desk, Intake(items=[(account, make_message()) for _ in range(3)]))
    announce(desk, ids)
    sizes = []
    while size := process_batch(desk):
        sizes.append(size)
    assert sizes == [3, 1, 1, 1]
    assert {message(desk, each).state for each in ids} == {MessageState.DONE}


def test_after_one_that_came_alone_the_bell_rings_for_the_next(desk: Desk) -> None:
    account = add_account(desk)
    ids = accept(desk, Intake(items=[(account, make_message()) for _ in range(2)]))
    announce(desk, ids)
    process_batch(desk)
    rung(desk)
    assert process_batch(desk) == 1
    assert Queue.INBOUND in rung(desk)


def test_a_notice_in_dead_hands_is_owed_again(desk: Desk, clock: Clock) -> None:
    notice = owe(desk)
    with desk.uow() as uow:
        uow.notifications.claim_due(1, clock())
        uow.commit()
    clock.step(seconds=NOTICE_ABANDONED_AFTER.total_seconds())
    tick(desk)
    assert state(desk, notice) == (NotificationState.SENDING, 1)
    clock.step(seconds=1)
    tick(desk)
    assert state(desk, notice) == (NotificationState.OWED, 1)


def test_a_notice_that_kills_every_worker_fails_in_the_end_and_takes_its_other_way(
    desk: Desk, clock: Clock
) -> None:
    mail, phone = Urn("mailto", "e@eposta.example"), Urn("tel", "+905321112255")
    item = (add_account(desk), make_message(sender=mail, contacts=[phone]))
    [message_id] = accept(desk, Intake(items=[item]))
    process_all(desk)
    case = message(desk, message_id).case_id or 0
    for _ in range(NOTICE_ATTEMPTS):
        with desk.uow() as uow:
            uow.notifications.claim_due(10, clock())
            uow.commit()
        clock.step(seconds=NOTICE_ABANDONED_AFTER.total_seconds() + 1)
        tick(desk)
    with desk.uow() as uow:
        receipts = [n for n in uow.notifications.of_case(case) if n.template == Template.RECEIVED]
        kinds = [event.kind for event in uow.cases.history(case)]
    assert [(n.medium, n.state) for n in receipts] == [
        (Medium.EMAIL, NotificationState.FAILED),
        (Medium.SMS, NotificationState.OWED),
    ]
    assert CaseEventKind.NOTICE_FAILED in kinds


def test_reports_that_speak_of_nothing_of_ours_are_forgotten(desk: Desk, clock: Clock) -> None:
    stray = DeliveryReport(state=DeliveryState.DELIVERED, gateway_id="SM1")
    accept(desk, Intake(reports=[stray]))
    clock.step(seconds=PARKED_FOR.total_seconds() + 1)
    tick(desk)
    with desk.uow() as uow:
        assert uow.reports.parked_for("SM1", "n1") == []
