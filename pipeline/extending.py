"""An operator gives a case more time, and its citizen is told why and until when.

Law 4982, article 11: where another unit's or institution's answer is needed, information may take thirty
working days instead of fifteen; the citizen hears of it and of the reason, in writing, before the fifteen are
over. For anything else the law knows no extension: the desk may only promise less, up to the law's ceiling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.vocabulary import CaseEventKind, CaseKind, Confidentiality, Queue, Template
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.pausing import reason_of, running
from pipeline.refusal import RefusedError
from pipeline.telling import owed_to_citizens
from router.pauses import EXTENSION_WORKING_DAYS, later
from store.models import Case, CaseEvent
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Extended:
    """When the case is due now, in UTC, and whether its citizen can be told by this program."""

    due_at: datetime
    told: bool


def extend(desk: Desk, number: str, *, days: int, why: str, actor: str) -> Extended:
    """Give a case so many working days more.

    Raises PermanentError for a number that is mistyped or unknown, RefusedError for a closed or paused case,
    no reason, and for more than the law allows: too many days, a second time, or too late.
    """
    reason, now = reason_of(why), desk.now()
    with desk.uow() as uow:
        case = running(uow, number)
        before = [e for e in uow.cases.history(case.id or 0) if e.kind == CaseEventKind.EXTENDED]
        by_law = case.kind == CaseKind.INFORMATION
        times = _by_law(case, days, before, now) if by_law else _promise(case, days)
        told = {"from": case.due_at.isoformat(), "to": times["due_at"].isoformat(), "days": days}
        uow.cases.settle(case, times)
        detail: dict[str, object] = {**told, "why": reason, "law": by_law}
        uow.cases.record([event(case.id or 0, CaseEventKind.EXTENDED, now, detail, actor)])
        reached = _tell(desk, uow, case, reason, now, by_law=by_law, turn=len(before) + 1)
        uow.commit()
    if reached:
        desk.wake(Queue.NOTIFY)
    return Extended(due_at=times["due_at"], told=reached)


def _by_law(case: Case, days: int, before: list[CaseEvent], now: datetime) -> Mapping[str, datetime]:
    if any(each.detail.get("law") for each in before):
        raise RefusedError("extended_already", number=case.number)
    if not 0 < days <= EXTENSION_WORKING_DAYS:
        raise RefusedError("days", most=EXTENSION_WORKING_DAYS)
    if now >= case.legal_due_at:
        raise RefusedError("too_late", number=case.number)
    legal = later(case.legal_due_at, days, half_days=True)
    promised = later(case.promised_at, days, half_days=False)
    return {"promised_at": promised, "legal_due_at": legal, "due_at": min(promised, legal)}


def _promise(case: Case, days: int) -> Mapping[str, datetime]:
    if days < 1:
        raise RefusedError("days", most=EXTENSION_WORKING_DAYS)
    promised = min(later(case.promised_at, min(days, 366), half_days=False), case.legal_due_at)
    if promised <= case.promised_at:
        raise RefusedError("no_room", number=case.number, legal=case.legal_due_at)
    return {"promised_at": promised, "due_at": promised}


def _tell(
    desk: Desk, uow: UnitOfWork, case: Case, reason: str, now: datetime, *, by_law: bool, turn: int
) -> bool:
    degree = {case.id or 0: Confidentiality(case.confidentiality)}
    values = {"why": reason, "by_law": "yes" if by_law else ""}
    key = f"{Template.TIME_EXTENDED}:{turn}"
    owed = owed_to_citizens(desk, uow, Template.TIME_EXTENDED, degree, now, key=key, values=values)
    uow.notifications.owe_fresh(owed)
    return bool(owed)
