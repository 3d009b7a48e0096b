"""A clock that jumped years ahead and was put right: nothing waits for the years to pass."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Medium, MessageState, NotificationState, Queue, Template
from pipeline.accept import Intake, accept
from pipeline.attempts import announce
from pipeline.clock import ABANDONED_AFTER, NOTICE_ABANDONED_AFTER, tick
from pipeline.desk import Desk
from pipeline.sweeps import take_round
from store.models import Message, NotificationRow
from tests.fakes import Bells, Clock, add_account, make_message

AHEAD = 3000


def owed(desk: Desk, wait: timedelta) -> NotificationRow:
    """A notice that leaves after a while."""
    notice = Notification(
        medium=Medium.EMAIL,
        recipient=Urn("mailto", "ayse@posta.example"),
        template=Template.RECEIVED,
        due_at=desk.now() + wait,
        dedupe_key="k",
    )
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice)
        uow.commit()
        (row,) = uow.session.scalars(select(NotificationRow)).all()
    return row


def received(desk: Desk) -> int:
    """A message that waits to be processed."""
    [key] = accept(desk, Intake(items=[(add_account(desk), make_message())]))
    return key


def message(desk: Desk, key: int) -> Message:
    with desk.uow() as uow:
        found = uow.messages.get(key)
    assert found is not None
    return found


def rung(desk: Desk) -> set[Queue]:
    """What the next tick rings for."""
    assert isinstance(desk.ring, Bells)
    desk.ring.rung.clear()
    tick(desk)
    return set(desk.ring.rung)


def test_a_message_that_was_put_off_is_due_when_the_clock_is_right(desk: Desk, clock: Clock) -> None:
    key = received(desk)
    clock.step(days=AHEAD)
    with desk.uow() as uow:
        uow.queue.try_later(key, 1, "away", desk.now() + timedelta(hours=4))
        uow.commit()
    clock.step(days=-AHEAD)
    assert Queue.INBOUND in rung(desk)
    assert message(desk, key).next_try_at == desk.now()


def test_a_notice_that_was_put_off_is_due_when_the_clock_is_right(desk: Desk, clock: Clock) -> None:
    clock.step(days=AHEAD)
    row = owed(desk, timedelta(hours=9))
    clock.step(days=-AHEAD)
    assert Queue.NOTIFY in rung(desk)
    with desk.uow() as uow:
        assert [each.id for each in uow.notifications.claim_due(9, desk.now())] == [row.id]


@pytest.mark.parametrize("wait", [timedelta(hours=9), timedelta(days=7)], ids=str)
def test_what_waits_as_long_as_things_may_is_left_alone(wait: timedelta, desk: Desk) -> None:
    """A gateway that asks for a week gets it."""
    row = owed(desk, wait)
    key = received(desk)
    with desk.uow() as uow:
        uow.queue.try_later(key, 1, "slow down", desk.now() + wait)
        uow.commit()
    assert rung(desk) == set()
    with desk.uow() as uow:
        kept = uow.notifications.get(row.id or 0)
    assert kept is not None
    assert (kept.due_at, message(desk, key).next_try_at) == (desk.now() + wait, desk.now() + wait)


def test_what_a_worker_died_with_while_the_clock_was_ahead_is_taken_back(desk: Desk, clock: Clock) -> None:
    key = received(desk)
    clock.step(days=AHEAD)
    row = owed(desk, timedelta(0))
    with desk.uow() as uow:
        uow.notifications.claim_due(1, desk.now())
        uow.commit()
    announce(desk, [key])
    clock.step(days=-AHEAD)
    tick(desk)
    clock.moment += max(ABANDONED_AFTER, NOTICE_ABANDONED_AFTER) + timedelta(minutes=1)
    tick(desk)
    with desk.uow() as uow:
        kept = uow.notifications.get(row.id or 0)
    assert kept is not None
    assert kept.state == NotificationState.OWED
    assert (message(desk, key).state, message(desk, key).attempts) == (MessageState.READY, 1)


def test_a_lease_that_was_taken_by_a_clock_ahead_is_free_when_it_is_right(desk: Desk, clock: Clock) -> None:
    """A reader that died would be missed for years, and sweeps would not be made, this one among them."""
    hour = timedelta(hours=1)
    clock.step(days=AHEAD)
    with desk.uow() as uow:
        assert take_round(uow, "sweep:x", desk.now(), hour)
        uow.commit()
    clock.step(days=-AHEAD)
    with desk.uow() as uow:
        assert take_round(uow, "sweep:x", desk.now(), hour)
        assert not take_round(uow, "sweep:x", desk.now() + timedelta(seconds=1), hour)


def test_a_lease_of_a_host_whose_clock_is_a_little_ahead_is_its_own(desk: Desk) -> None:
    with desk.uow() as uow:
        uow.leases.take("reader", "there", desk.now() + timedelta(hours=3), timedelta(minutes=1))
        assert uow.leases.take("reader", "here", desk.now(), timedelta(minutes=1)) is None
