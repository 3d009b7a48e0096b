"""Updates for one address share a message, no address gets more than a day's number, each is told once."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.messages import DeliveryReport
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, DeliveryState, Medium, NotificationState, Priority, Template
from pipeline import bundles
from pipeline.clock import NOTICE_ABANDONED_AFTER, release_notices
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from pipeline.suppression import DECLINED
from store.models import Case, Contact, NotificationRow, OutboxEntry
from store.reports import our_id
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer, due, events, rows_of, three_clocks

MAIL, PHONE = Urn("mailto", "vatandas@posta.example"), Urn("tel", "+905321112233")
UPDATE = Template.STILL_IN_WORK
MEDIUM = {"mailto": Medium.EMAIL, "tel": Medium.SMS}


@pytest.fixture
def writer(desk: Desk) -> Writer:
    made = Writer(desk)
    send_all(desk)
    return made


def open_cases(desk: Desk, writer: Writer, count: int) -> list[int]:
    now = desk.now()
    return writer.write([due(now - timedelta(hours=2), now + timedelta(days=3)) for _ in range(count)])


def owe(
    desk: Desk,
    cases: Sequence[int],
    to: Urn = MAIL,
    *,
    template: Template = UPDATE,
    priority: Priority = Priority.NORMAL,
    then: Sequence[Urn] = (),
) -> None:
    """Owe the citizen of each case an update; `then` are their other addresses."""
    ways = [[MEDIUM[urn.scheme], str(urn)] for urn in (to, *then)]
    with desk.uow() as uow:
        for case_id in cases:
            notice = Notification(
                medium=MEDIUM[to.scheme],
                recipient=to,
                template=template,
                due_at=desk.now(),
                dedupe_key=f"{template}:{case_id}",
                values={"ways": ways},
                priority=priority,
                automatic=False,
            )
            assert uow.notifications.owe(case_id, "c", notice)
        uow.commit()


def outbox(desk: Desk, to: Urn = MAIL) -> list[OutboxEntry]:
    return [entry for entry in rows_of(desk, OutboxEntry) if entry.recipient == str(to)]


def numbers_of(desk: Desk, cases: Sequence[int]) -> list[str]:
    return [case.number for case in rows_of(desk, Case) if case.id in cases]


def rows(desk: Desk, to: Urn = MAIL) -> list[NotificationRow]:
    return [row for row in rows_of(desk, NotificationRow) if row.recipient == str(to)]


@pytest.mark.parametrize(
    ("to", "updates", "messages"), [(MAIL, 2, 1), (MAIL, 21, 2), (PHONE, 3, 1), (PHONE, 4, 2)]
)
def test_updates_for_one_address_are_one_message_each_told_whole(
    desk: Desk, writer: Writer, to: Urn, updates: int, messages: int
) -> None:
    cases = open_cases(desk, writer, updates)
    owe(desk, cases, to)
    send_all(desk)
    assert len(outbox(desk, to)) == messages
    said = " ".join(entry.text for entry in outbox(desk, to))
    assert all(f"{number} n" in said for number in numbers_of(desk, cases))
    assert {row.state for row in rows(desk, to)} == {NotificationState.SENT}
    assert sum(row.carried_by is None for row in rows(desk, to)) == messages
    told = Counter(e.case_id for e in events(desk, CaseEventKind.NOTICE_SENT) if e.case_id in cases)
    assert told == dict.fromkeys(cases, 1), "each case's history has its own"


def test_one_update_alone_looks_as_ever(desk: Desk, writer: Writer) -> None:
    owe(desk, open_cases(desk, writer, 1))
    send_all(desk)
    [mail] = outbox(desk)
    assert mail.subject is not None
    assert mail.subject.startswith("Başvurunuz ilgili birimde")


@pytest.mark.parametrize(
    ("label", "given"),
    [
        ("numbers leave by themselves", {"template": Template.RECEIVED}),
        ("what lives depend on does, too", {"priority": Priority.LIFE_SAFETY}),
    ],
)
def test_what_shares_no_message(
    desk: Desk, writer: Writer, label: str, given: dict[str, Template | Priority]
) -> None:
    first, *others = open_cases(desk, writer, 3)
    owe(desk, [first], **given)  # type: ignore[arg-type]
    owe(desk, others)
    send_all(desk)
    assert len(outbox(desk)) == 2, label
    assert [row.carried_by is None for row in rows(desk)] == [True, True, False]


def test_what_is_not_due_soon_waits_and_what_must_not_leave_is_left_out(
    desk: Desk, writer: Writer, clock: Clock
) -> None:
    first, closed, soon, later = open_cases(desk, writer, 4)
    owe(desk, [first, closed, soon, later])
    with desk.uow() as uow:
        case = uow.cases.get(closed)
        assert case is not None
        case.state, case.closed_at = "resolved", clock()
        uow.session.add(case)
        uow.commit()
    with desk.uow() as uow:
        for case_id, minutes in ((soon, 10), (later, 20)):
            [row] = uow.notifications.of_case(case_id)
            row.due_at = clock() + timedelta(minutes=minutes)
            uow.session.add(row)
        uow.commit()
    send_all(desk)
    assert [row.state for row in rows(desk)] == ["sent", "suppressed", "sent", "owed"]
    [mail] = outbox(desk)
    assert [number in mail.text for number in numbers_of(desk, [first, closed, soon, later])] == [
        True, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("degree", ["restricted", "identity_hidden"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_mail_about_a_case_with_a_secret_is_about_no_other(
    desk: Desk, writer: Writer, degree: str, place: int
) -> None:
    """Whoever answers a mail with several quotes all of it to the unit of one."""
    cases = open_cases(desk, writer, 3)
    with desk.uow() as uow:
        uow.session.execute(update(Case).where(col(Case.id) == cases[place]).values(confidentiality=degree))
        uow.commit()
    owe(desk, cases)
    send_all(desk)
    told = [[number in mail.text for number in numbers_of(desk, cases)] for mail in outbox(desk)]
    secret = [position == place for position in range(3)]
    assert sorted(told) == sorted([secret, [not each for each in secret]])


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


@pytest.mark.parametrize("whose", [MAIL, PHONE])
def test_what_somebody_can_do_without_is_told_in_no_company_either(
    desk: Desk, writer: Writer, clock: Clock, whose: Urn
) -> None:
    wanted, declined = open_cases(desk, writer, 2)
    with desk.uow() as uow:
        uow.session.add(Contact(urn=str(whose), created_at=clock(), declined=[UPDATE]))
        uow.commit()
    owe(desk, [wanted], template=Template.MESSAGE_ADDED, then=[PHONE])
    owe(desk, [declined], then=[PHONE])
    send_all(desk)
    [mail] = outbox(desk)
    assert [number in mail.text for number in numbers_of(desk, [wanted, declined])] == [True, False]
    assert [(row.state, row.error) for row in rows(desk)] == [("sent", None), ("suppressed", DECLINED)]


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
