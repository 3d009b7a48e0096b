"""A case that could not be brought to its unit goes to a person at the desk, and operators are told once."""

from datetime import datetime

from domain.cases import WITH_UNIT
from domain.notices import Notification
from domain.vocabulary import CaseState, NotificationState, Priority, Template
from pipeline.desk import Desk
from pipeline.operators import operator_notice
from store.models import NotificationRow
from store.unit_of_work import UnitOfWork

ACTOR = "notifier"
_LOST = frozenset({NotificationState.FAILED, NotificationState.SUPPRESSED})


def take_back_from_unit(
    desk: Desk, uow: UnitOfWork, notice: NotificationRow, reason: str, now: datetime
) -> None:
    """Review a case whose unit this notice did not reach, unless another of its kind did or still may.

    A unit that somebody has taken the case from meanwhile need not be reached any more.
    """
    case_id = notice.case_id or 0
    # The last two of a case may fail at the same time: each would take the other for one that may arrive.
    uow.citizens.lock_keys([f"unit of case {case_id}"])
    [case] = uow.cases.locked([case_id])
    notices = [n for n in uow.notifications.of_case(case_id) if _is_for(case.unit, n)]
    about = notice.values.get("message")
    others = [n for n in notices if n.template == notice.template and n.values.get("message") == about]
    state = CaseState(case.state)
    if state not in WITH_UNIT or not _is_for(case.unit, notice) or any(n.state not in _LOST for n in others):
        return
    cause = f"{notice.recipient}: {reason}"
    why = f"{notice.template} did not reach the unit: {cause}"
    if not uow.cases.move(case_id, state, CaseState.IN_REVIEW, actor=ACTOR, why=why, now=now):
        return
    for told in to_operator(desk, case_id, Priority(notice.priority), cause, now, turn=f":{notice.id}"):
        uow.notifications.owe(case_id, notice.correlation_id, told)


def _is_for(unit: str, notice: NotificationRow) -> bool:
    return f":{notice.case_id}:{unit}:" in notice.dedupe_key


def to_operator(
    desk: Desk, case_id: int, priority: Priority, cause: str, now: datetime, *, turn: str = ""
) -> list[Notification]:
    """The word that a case did not reach its unit; none where no operator is named. An empty cause stands
    for a unit that has no address; `turn` tells one such unit of the case from the next."""
    key = f"{Template.UNIT_UNREACHABLE}:{case_id}{turn}"
    notice = operator_notice(desk, Template.UNIT_UNREACHABLE, key, {"cause": cause}, now, priority=priority)
    return [notice] if notice else []
