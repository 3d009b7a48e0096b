"""A case's mail that reaches one address of its unit and not another, against a real mail server."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from domain.vocabulary import CaseEventKind, CaseState, NotificationState, Template
from pipeline.desk import Desk
from store.models import Case, UnitRow
from tests.fakes import Clock
from tests.pipeline.answering_units import answered, assigned_case, history, now_is
from tests.pipeline.looking import notices_of, send_all
from tests.servers.smtp import MailServer

GOOD, BAD = "bir@birim.example", "iki@birim.example"


@pytest.fixture
def case(desk: Desk, mail_server: MailServer) -> Case:
    """A case whose unit has two addresses."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(emails=[GOOD, BAD]))
        uow.commit()
    return assigned_case(desk)


def reached(mail_server: MailServer) -> list[str]:
    """Which addresses of the unit the server took a mail for, one for each mail."""
    return sorted(
        to for mail in mail_server.deliveries for to in mail.recipients if to.endswith("birim.example")
    )


def states(desk: Desk, case: Case) -> dict[str, str]:
    rows = [row for row in notices_of(desk, case) if row.template == Template.ROUTED_TO_UNIT]
    return {row.recipient.removeprefix("mailto:"): row.state for row in rows}


def test_the_address_that_is_refused_is_marked_and_the_other_keeps_the_case(
    desk: Desk, clock: Clock, mail_server: MailServer, case: Case
) -> None:
    mail_server.answers[f"RCPT {BAD}"] = "550 5.1.1 no such user here"
    for _ in range(3):
        send_all(desk)
        clock.step(hours=3)
    assert reached(mail_server) == [GOOD], "nobody gets it twice"
    assert states(desk, case) == {GOOD: NotificationState.SENT, BAD: NotificationState.FAILED}
    [failed] = [line for line in history(desk, case) if line.kind == CaseEventKind.NOTICE_FAILED]
    assert failed.detail["template"] == Template.ROUTED_TO_UNIT
    assert now_is(desk, case).state == CaseState.ASSIGNED
    assert answered(desk, case, "KABUL").accepted_at is not None


def test_only_the_address_that_was_put_off_is_tried_again(
    desk: Desk, clock: Clock, mail_server: MailServer, case: Case
) -> None:
    mail_server.answers[f"RCPT {BAD}"] = "451 4.7.1 greylisted, try again later"
    send_all(desk)
    assert reached(mail_server) == [GOOD]
    assert states(desk, case) == {GOOD: NotificationState.SENT, BAD: NotificationState.OWED}
    del mail_server.answers[f"RCPT {BAD}"]
    for _ in range(3):
        clock.step(hours=3)
        send_all(desk)
    assert reached(mail_server) == [GOOD, BAD]
    assert set(states(desk, case).values()) == {NotificationState.SENT}
    ids = {
        message_from_bytes(mail.content, policy=policy.default)["Message-ID"]
        for mail in mail_server.deliveries
    }
    assert len(ids) == len(mail_server.deliveries), "each address has a mail of its own to answer"


def test_a_case_that_no_address_took_waits_for_a_person(
    desk: Desk, clock: Clock, mail_server: MailServer, case: Case
) -> None:
    for address in (GOOD, BAD):
        mail_server.answers[f"RCPT {address}"] = "550 5.1.1 no such user here"
    send_all(desk)
    assert (reached(mail_server), now_is(desk, case).state) == ([], CaseState.IN_REVIEW)
