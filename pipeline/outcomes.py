"""An answer in words reaches citizens: cases are closed by it, each owes its notice. One text may serve many.

Whoever answers a case, an operator for a whole incident or a unit for one, comes through here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.notices import Notification
from domain.vocabulary import CaseEventKind, CaseState, Confidentiality, Priority, Template
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.owing import to_citizen
from pipeline.register import addresses
from pipeline.work import Owed
from store.incident_records import Answerable
from store.models import Answer
from store.unit_of_work import UnitOfWork


def resolve_by(
    desk: Desk, uow: UnitOfWork, answer: Answer, cases: Sequence[Answerable], now: datetime
) -> int:
    """Close cases that the caller holds locked by an answer, and owe their citizens the outcome; returns how
    many notices are owed.

    Each by the delivery policy of the channel it came by, with the case's own numbers. Who cannot be reached
    finds the answer on the status page; an institution finds it in its file.
    """
    uow.answers.resolve([case.case_id for case in cases], now)
    uow.cases.record([_closed(case, answer, now) for case in cases])
    owed = _owed(desk, uow, answer.id or 0, cases, now)
    uow.notifications.owe_fresh(owed)
    return len(owed)


def _closed(case: Answerable, answer: Answer, now: datetime) -> dict[str, object]:
    detail: dict[str, object] = {
        "from": case.state,
        "to": CaseState.RESOLVED,
        "why": answer.text,
        "answer": answer.id,
    }
    return event(case.case_id, CaseEventKind.STATE_CHANGED, now, detail, answer.actor)


def _owed(desk: Desk, uow: UnitOfWork, answer_id: int, cases: Sequence[Answerable], now: datetime) -> Owed:
    messages = uow.answers.first_messages([case.case_id for case in cases])
    reached = [urn for each in messages.values() for urn in addresses(each.message)]
    closed = uow.citizens.closed_to_notices(reached)
    return [
        (case.case_id, each.correlation_id, _outcome(notice, case, answer_id))
        for case in cases
        if (each := messages.get(case.case_id))
        for notice in to_citizen(
            desk,
            each,
            Template.OUTCOME,
            case.case_id,
            Priority.NORMAL,  # an answer waits for the morning, also where lives were at stake
            closed,
            now,
            confidentiality=Confidentiality(case.confidentiality),
        )
    ]


def _outcome(notice: Notification, case: Answerable, answer_id: int) -> Notification:
    values: Mapping[str, object] = {**notice.values, "answer": answer_id}
    key = f"{Template.OUTCOME}:{answer_id}:{case.case_id}"
    return replace(notice, dedupe_key=key, values=values, automatic=False)
