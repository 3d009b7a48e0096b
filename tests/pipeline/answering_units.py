"""Cases that a unit has, and its mails back, for the tests of what units answer."""

from dataclasses import replace
from typing import Any

from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseState, Medium, Template
from pipeline.desk import Desk
from pipeline.notice_values import content_of
from store.models import Case, CaseEvent, NotificationRow
from store.records import DueNotice
from tests.fakes import make_message
from tests.pipeline.looking import case_from, notices_of

CITIZEN = Urn("mailto", "vatandas@eposta.example")


def assigned_case(desk: Desk, **given: Any) -> Case:
    """A case that is with its unit."""
    case = case_from(desk, make_message(**{"sender": CITIZEN} | given))
    assert case.state == CaseState.ASSIGNED
    return case


def mail_to_unit(desk: Desk, case: Case) -> NotificationRow:
    """The last mail that brought a case to its unit."""
    return [n for n in notices_of(desk, case) if n.template == Template.ROUTED_TO_UNIT][-1]


def told(desk: Desk, row: NotificationRow) -> tuple[dict[str, Any], str | None]:
    """What a notice is rendered from, and where its answer goes."""
    notice = DueNotice(
        id=row.id or 0, case_id=row.case_id, medium=Medium.EMAIL, recipient=row.recipient,
        template=row.template, values=row.values, priority=row.priority, attempts=0, account_id=None,
        message_id=row.message_id, in_reply_to=None, references=(), automatic=False, correlation_id="",
        due_at=row.due_at,
    )  # fmt: skip
    with desk.uow() as uow:
        content = content_of(desk, uow, notice)
    return dict(content.values), content.reply_to


def unit_told(desk: Desk, case: Case) -> list[tuple[str, str]]:
    """The outcome of each of its answers, as the unit was told it, and what was guessed."""
    rows = [n for n in notices_of(desk, case) if n.template == Template.UNIT_REPLY]
    return [(n.values["outcome"], n.values["guess"]) for n in rows]


def reply(desk: Desk, case: Case, text: str, **given: Any) -> InboundMessage:
    """A unit's answer to the last mail it got, from the address that mail went to."""
    mail = mail_to_unit(desk, case)
    sent = make_message(
        sender=Urn("mailto", mail.recipient.partition(":")[2]),
        sender_name=None,
        subject=f"Ynt: Başvuru {case.number}",
        in_reply_to=mail.message_id,
        text=text,
    )
    return replace(sent, **given)


def answered(desk: Desk, case: Case, text: str, **given: Any) -> Case:
    """The case once the unit has answered so; the answer must not have become a case of its own."""
    after = case_from(desk, reply(desk, case, text, **given))
    assert after.id == case.id
    return after


def history(desk: Desk, case: Case) -> list[CaseEvent]:
    with desk.uow() as uow:
        return uow.cases.history(case.id or 0)


def now_is(desk: Desk, case: Case) -> Case:
    """The case as it stands."""
    with desk.uow() as uow:
        found = uow.cases.get(case.id or 0)
    assert found is not None
    return found
