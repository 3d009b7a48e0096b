"""A citizen objects to how a case was closed, once: it is opened again, and its unit hears why. One that was
rejected no unit hears of: it comes back to the desk, where a person decides.

The objection is a petition of its own, so both clocks begin anew with it (docs/deadlines.md). Its words are a
message like any other, stored in the transaction that opens the case, which it joins by our mark.
"""

from datetime import datetime
from typing import Any

from config.taxonomy import DESK_UNIT
from domain.decisions import Unit
from domain.messages import Accepted
from domain.notices import Notification
from domain.vocabulary import CaseEventKind, CaseKind, CaseState, Priority, Queue, Template
from pipeline.accept import arrivals_of
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from pipeline.unit_mails import mails_to_unit, thread_of
from router.assignment import ReviewReason, clocks
from router.objections import hindrance
from store.models import Case
from store.unit_of_work import UnitOfWork

ACTOR = "citizen"
OBJECTION = "-o"
"""How the Message-ID's mark ends of a mail that tells a unit of an objection."""
_AS_NEW: dict[str, Any] = {
    "closed_at": None, "paused_at": None, "paused_for": None, "accepted_at": None, "acceptance_at": None,
    "acceptance_unit": None, "reminded_at": None,
    "escalated_at": None, "watch_at": None, "watched_due_at": None,
}  # fmt: skip


def object_to(desk: Desk, case_id: int, account_id: int, said: Accepted) -> None:
    """Open a case again by its citizen's objection; what came before is not done twice.

    Keeps nothing, and raises RefusedError with a `Hindrance` where it cannot be, or ConnectionFailedError.
    """
    now = desk.now()
    arrivals = arrivals_of(desk, [(account_id, said)])
    with desk.uow() as uow:
        [case] = uow.cases.locked([case_id])  # the second of two clicks waits here, and finds it opened
        added = uow.messages.add(arrivals, now)
        if not added:
            return
        state, days = CaseState(case.state), desk.settings.objection_days
        why = hindrance(state, case.closed_at, case.objected_at, now, days=days)
        if why:
            raise RefusedError(why)
        [(message_id, correlation_id)] = added.items()
        _reopen(uow, case, message_id, now)
        for notice in _owed(desk, uow, case, message_id, now):
            uow.notifications.owe(case_id, correlation_id, notice)
        uow.commit()
    desk.wake(Queue.INBOUND)
    desk.wake(Queue.NOTIFY)


def _reopen(uow: UnitOfWork, case: Case, message_id: int, now: datetime) -> None:
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    promised, legal = clocks(topic, CaseKind(case.kind), now)
    times = {"promised_at": promised, "legal_due_at": legal, "due_at": min(promised, legal)}
    told: dict[str, object] = {"from": case.state, "to": CaseState.REOPENED, "message": message_id}
    told |= {"was_due_at": case.due_at.isoformat(), "due_at": times["due_at"].isoformat()}
    lines = [event(case.id or 0, CaseEventKind.STATE_CHANGED, now, told, ACTOR)]
    columns = {"state": CaseState.REOPENED, "objected_at": now, **times, **_AS_NEW}
    if case.state == CaseState.REJECTED:
        columns |= {"unit": DESK_UNIT} | _for_a_person(case)
        to_desk: dict[str, object] = {"unit": DESK_UNIT, "topic": case.topic, "why": [ReviewReason.OBJECTED]}
        lines.append(event(case.id or 0, CaseEventKind.SENT_TO_REVIEW, now, to_desk, ACTOR))
    elif not _is_told(uow.taxonomy.unit(case.unit)):
        columns |= _for_a_person(case)
    uow.cases.settle(case, columns)
    uow.cases.record(lines)


def _is_told(unit: Unit | None) -> bool:
    """Whether a unit hears of the objection by mail."""
    return unit is not None and bool(unit.emails) and unit.code != DESK_UNIT


def _for_a_person(case: Case) -> dict[str, Any]:
    """What lays a case before a person: the objection as the first reason, by which the queue is counted. The
    case stays `reopened`, for a newer model judges anew what is `in_review`.
    """
    reasons = [reason for reason in case.reasons if reason != ReviewReason.OBJECTED]
    return {"needs_review": True, "reasons": [ReviewReason.OBJECTED, *reasons]}


def _owed(desk: Desk, uow: UnitOfWork, case: Case, message_id: int, now: datetime) -> list[Notification]:
    unit = uow.taxonomy.unit(case.unit)
    if unit is None or not _is_told(unit):
        return []
    case_id = case.id or 0
    return mails_to_unit(
        desk,
        Template.OBJECTED,
        case_id,
        unit,
        Priority(case.priority),
        now,
        turn=OBJECTION,
        values={"message": message_id},
        thread=thread_of(uow.unit_mails.of_cases([case_id]), case_id, unit.code),
    )
