"""Shared messages when workers die, compete or meet limits: each update is told once, and in its time."""

from collections import Counter
from functools import partial

import pytest

from domain.messages import DeliveryReport
from domain.urn import Urn
from domain.vocabulary import DeliveryState, NotificationState, Priority, Template
from pipeline import bundles
from pipeline.clock import NOTICE_ABANDONED_AFTER, release_notices
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from store.models import Contact, OutboxEntry
from store.reports import our_id
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer, rows_of, three_clocks
from tests.pipeline.updating import MAIL, PHONE, numbers_of, open_cases, outbox, owe, rows

pytestmark = pytest.mark.usefixtures("nothing_owed")


def test_a_message_that_bounces_fails_all_that_it_told_and_all_of_it_takes_the_other_way(
    desk: Desk, writer: Writer, clock: Clock
) -> None:
    cases = open_cases(desk, writer, 3)
    with desk.uow() as uow:
        uow.session.add(Contact(urn=str(MAIL), created_at=clock()))
        uow.commit()
    owe(desk, cases, then=[PHONE])
    send_all(desk)
    carrier = next(row for row in rows(desk) if row.carried_by is None)
    bounce = DeliveryReport(state=DeliveryState.FAILED, our_id=our_id(carrier.id or 0), permanent=True)
    for _ in range(2):
        with desk.uow() as uow:
            apply_reports(desk, uow, [bounce], clock())
            uow.commit()
    send_all(desk)
    assert {row.state for row in rows(desk)} == {NotificationState.FAILED}
    assert len(rows(desk, PHONE)) == 3
    [sms] = outbox(desk, PHONE)
    assert all(number in sms.text for number in numbers_of(desk, cases))
    with desk.uow() as uow:
        assert uow.citizens.closed_to_notices([str(MAIL)]) == {str(MAIL)}


@pytest.mark.parametrize("more", [0, 1])
def test_what_a_dead_worker_may_have_sent_comes_again_with_nothing_new_under_its_id(
    desk: Desk, writer: Writer, clock: Clock, more: int
) -> None:
    """Under a used id a gateway may drop it: a new update that came along would be lost with it."""
    owe(desk, open_cases(desk, writer, 3))
    [in_hand] = bundles.claim(desk, 16).bundles
    assert len(in_hand.others) == 2
    send_all(desk)
    assert outbox(desk) == []
    clock.step(seconds=NOTICE_ABANDONED_AFTER.total_seconds() + 1)
    release_notices(desk)
    owe(desk, open_cases(desk, writer, more))
    send_all(desk)
    assert len(outbox(desk)) == 1
    assert {row.state for row in rows(desk)} == {NotificationState.SENT}
    [carrier] = [row.id for row in rows(desk) if row.carried_by is None]
    assert (carrier == in_hand.first.id) is (more == 0)


@pytest.mark.parametrize("hours", [1, 11])
def test_what_was_tried_in_different_messages_shares_none_afterwards(
    desk: Desk, writer: Writer, clock: Clock, hours: int
) -> None:
    """Not after a night either: quiet hours, a pause and the day's number give them one due time."""
    for _ in range(2):
        owe(desk, open_cases(desk, writer, 1), PHONE)
        assert len(bundles.claim(desk, 16).bundles) == 1
        clock.step(seconds=1)
    clock.step(hours=hours)
    release_notices(desk)
    send_all(desk)
    clock.step(hours=11)
    send_all(desk)
    assert len(outbox(desk, PHONE)) == 2


def test_whoever_hangs_while_it_gathers_holds_up_its_own_address_alone(
    desk: Desk, writer: Writer, clock: Clock
) -> None:
    mine, other = open_cases(desk, writer, 2)
    owe(desk, [mine])
    owe(desk, [other], PHONE)
    with desk.uow() as hanging:
        assert hanging.gathering.hold([str(MAIL)]) == {str(MAIL)}
        assert notify_batch(desk) == 2
        assert (len(outbox(desk)), len(outbox(desk, PHONE))) == (0, 1)
        assert [row.state for row in rows(desk)] == [NotificationState.OWED]
    clock.step(seconds=5)
    send_all(desk)
    assert len(outbox(desk)) == 1


def test_three_notifiers_tell_each_update_once(desk: Desk, writer: Writer, clock: Clock) -> None:
    cases = open_cases(desk, writer, 48)
    people = [Urn("mailto", f"kisi{n}@posta.example") for n in range(6)]
    for position, case_id in enumerate(cases):
        owe(desk, [case_id], people[position % 6])
    three_clocks(partial(notify_batch, desk), rounds=6)
    clock.step(seconds=5)
    send_all(desk)
    said = [entry.text for entry in rows_of(desk, OutboxEntry)]
    for number in numbers_of(desk, cases):
        assert sum(number in f" {text.split('yanıtlarsanız')[0]}" for text in said) == 1
    assert sum(len(outbox(desk, person)) for person in people) < 24, "most of them share a message"


def test_what_is_too_much_for_a_day_waits_for_the_morning_and_shares_messages_then(
    desk: Desk, writer: Writer, clock: Clock
) -> None:
    desk.settings.notices_a_day = 3
    cases = open_cases(desk, writer, 10)
    for case_id in cases:
        owe(desk, [case_id])
        send_all(desk)
        clock.step(minutes=20)
    assert len(outbox(desk)) == 3
    owe(desk, open_cases(desk, writer, 1), template=Template.RECEIVED)
    owe(desk, open_cases(desk, writer, 1), priority=Priority.LIFE_SAFETY)
    send_all(desk)
    assert len(outbox(desk)) == 5, "numbers and danger to life wait for nothing"
    waiting = [row for row in rows(desk) if row.state == NotificationState.OWED]
    assert {row.due_at.isoformat() for row in waiting} == {"2026-11-24T05:00:00+00:00"}, "eight in Istanbul"
    assert {row.attempts for row in waiting} == {0}
    clock.step(hours=24)
    send_all(desk)
    assert len(outbox(desk)) == 6
    assert all(number in outbox(desk)[-1].text for number in numbers_of(desk, cases[3:]))


def test_three_notifiers_keep_to_the_days_number(desk: Desk, writer: Writer, clock: Clock) -> None:
    desk.settings.notices_a_day = 3
    owe(desk, open_cases(desk, writer, 15), PHONE)
    three_clocks(partial(notify_batch, desk), rounds=5)
    clock.step(seconds=5)
    send_all(desk)
    assert len(outbox(desk, PHONE)) == 3
    assert Counter(row.state for row in rows(desk, PHONE)) == {"sent": 9, "owed": 6}
    clock.step(hours=24)
    three_clocks(partial(notify_batch, desk), rounds=3)
    clock.step(seconds=5)
    send_all(desk)
    assert len(outbox(desk, PHONE)) == 5
    assert {row.state for row in rows(desk, PHONE)} == {NotificationState.SENT}
