"""Updates for one address share a message, and what must not be shared is told on its own."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.urn import Urn
from domain.vocabulary import CaseEventKind, NotificationState, Priority, Template
from pipeline.desk import Desk
from pipeline.suppression import DECLINED
from store.models import Case, Contact
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer, events
from tests.pipeline.updating import MAIL, PHONE, UPDATE, numbers_of, open_cases, outbox, owe, rows

pytestmark = pytest.mark.usefixtures("nothing_owed")


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
