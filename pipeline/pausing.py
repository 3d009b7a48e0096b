"""The time of a case stands still while it waits for its citizen: for a fee, or for an answer.

The desk's promise moves by what a pause lasted, the law's ceiling only where the law stops its clock. What
was over when the pause began stays over.
"""

from datetime import datetime
from typing import Any

from domain.cases import CLOSED
from domain.text import storable
from domain.vocabulary import CaseEventKind, CaseKind, CaseState, PauseCause
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.numbers import locked
from pipeline.refusal import RefusedError
from router.pauses import days_ended, moved, stops_the_law
from store.models import Case
from store.unit_of_work import UnitOfWork

LONGEST_REASON = 500
"""Characters."""
AT_ONCE = 100
ACTOR = "clock"
_NO_PAUSE: dict[str, Any] = {"paused_at": None, "paused_for": None}


def pause(desk: Desk, number: str, *, why: str, cause: PauseCause, actor: str) -> None:
    """Stop the time of an open case; its units are reminded of nothing meanwhile.

    Raises PermanentError for a number that is mistyped or unknown, RefusedError for a closed case, one that
    is paused already, no reason, and a fee of anything but information.
    """
    reason, now = reason_of(why), desk.now()
    with desk.uow() as uow:
        case = running(uow, number)
        if cause is PauseCause.FEE and case.kind != CaseKind.INFORMATION:
            raise RefusedError("fee_of_information", number=case.number)
        still = {"paused_at": now, "paused_for": cause, "watch_at": None, "watched_due_at": None}
        uow.cases.settle(case, still)
        told: dict[str, object] = {"cause": cause, "why": reason}
        told["law"] = stops_the_law(CaseKind(case.kind), cause)
        uow.cases.record([event(case.id or 0, CaseEventKind.PAUSED, now, told, actor)])
        uow.commit()


def resume(desk: Desk, number: str, *, actor: str) -> datetime:
    """Let the time of a case run again; returns when it is due now, in UTC.

    Raises PermanentError for a number that is mistyped or unknown, RefusedError for a case that is closed or
    not paused.
    """
    with desk.uow() as uow:
        case = _open(uow, number)
        if case.paused_at is None:
            raise RefusedError("not_paused", number=case.number)
        _resume(uow, case, desk.now(), desk.now(), actor)
        uow.commit()
        return case.due_at


def resume_answered(desk: Desk) -> None:
    """Let the time run again of cases whose citizens wrote since they were asked: from when they did."""
    now = desk.now()
    with desk.uow() as uow:
        answered = uow.deadlines.answered(AT_ONCE)
        for case in uow.cases.locked(list(answered)) if answered else []:
            if case.paused_at and CaseState(case.state) not in CLOSED:
                _resume(uow, case, max(answered[case.id or 0], case.paused_at), now, ACTOR)
        uow.commit()


def reason_of(why: str) -> str:
    """The reason on one line, as it is kept. Raises RefusedError for none, and for a long one."""
    reason = storable(" ".join(why.split()))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise RefusedError("reason", longest=LONGEST_REASON)
    return reason


def running(uow: UnitOfWork, number: str) -> Case:
    """The case, locked, whose time runs.

    Raises PermanentError for a number that is mistyped or unknown, RefusedError for a closed or paused case.
    """
    case = _open(uow, number)
    if case.paused_at:
        raise RefusedError("paused_already", number=case.number, since=case.paused_at)
    return case


def _open(uow: UnitOfWork, number: str) -> Case:
    case = locked(uow, number)
    if CaseState(case.state) in CLOSED:
        raise RefusedError("closed", number=case.number)
    return case


def _resume(uow: UnitOfWork, case: Case, until: datetime, now: datetime, actor: str) -> None:
    since, cause = case.paused_at or until, PauseCause(case.paused_for or PauseCause.QUESTION)
    promised, legal = case.promised_at, case.legal_due_at
    if promised > since:
        promised = moved(promised, since, until, half_days=False)
    if legal > since and stops_the_law(CaseKind(case.kind), cause):
        legal = moved(legal, since, until, half_days=True)
    due_at = min(promised, legal)
    told: dict[str, object] = {
        "cause": cause,
        "paused_at": since.isoformat(),
        "hours": round((until - since).total_seconds() / 3600, 1),
        "working_days": days_ended(since, until, half_days=False),
        "from": case.due_at.isoformat(),
        "to": due_at.isoformat(),
    }
    uow.cases.settle(case, {"promised_at": promised, "legal_due_at": legal, "due_at": due_at, **_NO_PAUSE})
    uow.cases.record([event(case.id or 0, CaseEventKind.RESUMED, now, told, actor)])
