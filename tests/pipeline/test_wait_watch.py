"""What waits too long is told once a day, and the end of a credential before it comes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from connectors.facebook.cursor import Mark
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Channel, Medium, Template
from pipeline.accept import Intake, accept
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.expiry_watch import watch_credentials
from pipeline.wait_watch import EVERY, unpaid_since, watch_waits
from store.models import Answer
from store.waits import WAITS
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer, due, notices

Wait = Callable[[Desk, Clock], object]


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    desk.settings.operator_email = "nobetci@buyuksehir.example"


def test_both_are_among_the_clocks_sweeps() -> None:
    assert {watch_waits, watch_credentials} <= set(SWEEPS)


def case(**columns: Any) -> Wait:
    def write(desk: Desk, clock: Clock) -> None:
        age = columns.get("age", timedelta(0))
        times = due(clock() - age, clock() - age + timedelta(days=1))
        Writer(desk).write(
            [times | {n: v(clock()) if callable(v) else v for n, v in columns.items() if n != "age"}]
        )

    return write


def ago(**passed: float) -> Callable[[datetime], datetime]:
    return lambda now: now - timedelta(**passed)


def a_message(state: str) -> Wait:
    def write(desk: Desk, clock: Clock) -> None:
        accept(desk, Intake(items=[(add_account(desk), make_message())]))
        run(desk, f"UPDATE messages SET state = '{state}', received_at = :at", clock() - timedelta(hours=2))

    return write


def in_quarantine(desk: Desk, clock: Clock) -> None:
    a_message("quarantined")(desk, clock)
    statement = (
        "INSERT INTO quarantine (message_id, step, state, error, traceback, attempts, created_at)"
        " SELECT id, 'process', 'waiting', 'e', '', 1, :at FROM messages"
    )
    run(desk, statement, clock() - timedelta(days=2))


def a_notice(state: str) -> Wait:
    def write(desk: Desk, clock: Clock) -> None:
        notice = Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", "birim@buyuksehir.example"),
            template=Template.UNIT_DEADLINES,
            due_at=clock() - timedelta(hours=2),
            dedupe_key="k",
        )
        with desk.uow() as uow:
            uow.notifications.owe(None, "c", notice)
            uow.commit()
        run(desk, f"UPDATE notifications SET state = '{state}', due_at = :at", clock() - timedelta(hours=2))

    return write


def an_unposted_letter(desk: Desk, clock: Clock) -> None:
    a_notice("sent")(desk, clock)
    run(desk, "UPDATE notifications SET medium = 'letter', sent_at = :at", clock() - timedelta(days=5))


def half_an_answer(desk: Desk, clock: Clock) -> None:
    case()(desk, clock)
    with desk.uow() as uow:
        uow.answers.add(Answer(text="t", actor="a", at=clock() - timedelta(hours=2), incident_id=1))
        uow.commit()


def run(desk: Desk, statement: str, at: datetime) -> None:
    with desk.uow() as uow:
        uow.session.execute(text(statement), {"at": at})
        uow.commit()


LATE = {"due_at": ago(days=9), "escalated_at": ago(days=8), "watched_due_at": ago(days=9)}
OVERLONG: list[tuple[str, Wait]] = [
    ("overdue", case(**LATE)),
    ("paused", case(paused_at=ago(days=40), paused_for="fee")),
    ("unrouted", case(age=timedelta(hours=49), state="in_review", unit="beyaz-masa")),
    ("received", a_message("received")),
    ("ready", a_message("ready")),
    ("quarantined", in_quarantine),
    ("notices", a_notice("owed")),
    ("lost_reminders", a_notice("failed")),
    ("letters", an_unposted_letter),
    ("answers", half_an_answer),
]


def told(desk: Desk) -> list[str]:
    return [wait["what"] for n in notices(desk, Template.WAITS_TOO_LONG) for wait in n.values["waits"]]


def looked(desk: Desk) -> None:
    """Look for what waits; all notices but those that are meant to wait have left then."""
    watch_waits(desk)
    statement = "UPDATE notifications SET state = 'sent', sent_at = :at WHERE dedupe_key <> 'k'"
    run(desk, statement, desk.now())


def test_every_wait_is_tried_here() -> None:
    assert sorted(what for what, _ in OVERLONG) == sorted(WAITS)


@pytest.mark.parametrize(("what", "wait"), OVERLONG, ids=[row[0] for row in OVERLONG])
def test_what_waits_too_long_is_told_once_a_day(desk: Desk, clock: Clock, what: str, wait: Wait) -> None:
    wait(desk, clock)
    for _ in range(2):
        looked(desk)
        clock.step(seconds=EVERY.total_seconds() + 1)
    assert told(desk) == [what]
    clock.step(days=1)
    looked(desk)
    assert told(desk).count(what) == (1 if what == "lost_reminders" else 2)


def test_a_desk_on_which_nothing_waits_is_quiet(desk: Desk, clock: Clock) -> None:
    case(**LATE | {"watch_at": ago(days=-1)})(desk, clock)  # somebody above is told tomorrow
    case(paused_at=ago(days=10), paused_for="question")(desk, clock)
    case(age=timedelta(hours=47), state="in_review", unit="beyaz-masa")(desk, clock)
    case(paused_at=ago(days=40), state="resolved")(desk, clock)
    watch_waits(desk)
    assert told(desk) == []


def test_a_case_closed_while_paused_is_not_paused_when_it_is_opened_again(desk: Desk, clock: Clock) -> None:
    case(paused_at=ago(days=2), paused_for="question", state="resolved")(desk, clock)
    watch_waits(desk)
    with desk.uow() as uow:
        assert uow.session.scalar(text("SELECT count(*) FROM cases WHERE paused_at IS NOT NULL")) == 0


def test_the_fee_may_be_paid_for_fifteen_working_days(clock: Clock) -> None:
    """Law 4982, art. 11: from Monday noon back over three weekends to Monday noon."""
    assert clock() - timedelta(days=21, hours=1) < unpaid_since(clock()) <= clock() - timedelta(days=20)


def test_the_end_of_a_credential_is_told_fourteen_and_three_days_and_the_day_before(
    desk: Desk, clock: Clock
) -> None:
    account = add_account(desk, Channel.FACEBOOK, "sayfa")
    ends = clock() + timedelta(days=20)
    with desk.uow() as uow:
        mark = Mark(mark=(clock(), ""), token_at=clock(), token_until=ends)
        uow.accounts.move_cursor(account, mark.write(), clock())
        broken = add_account(desk, Channel.FACEBOOK, "bozuk")
        uow.accounts.move_cursor(broken, "no cursor", clock())
        uow.commit()
    found = []
    for _ in range(21 * 2):
        watch_credentials(desk)
        found.append(len(notices(desk, Template.CREDENTIAL_ENDS)))
        clock.step(hours=12, seconds=1)
    assert [found.count(n) // 2 for n in range(4)] == [5, 11, 3, 2]
    send_all(desk)
    with desk.uow() as uow:
        subjects = [e.subject for e in reversed(uow.outbox.latest(9))]
    assert subjects == [
        "sayfa: erişim izni 14 gün içinde bitiyor",
        "sayfa: erişim izni 3 gün içinde bitiyor",
        "sayfa: erişim izni bugün bitiyor",
    ]
