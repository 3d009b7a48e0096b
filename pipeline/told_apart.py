"""A case that its unit knows only as one of an incident is told by a mail of its own, once the incident's one
answer will not reach it any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.cases import WITH_UNIT
from domain.vocabulary import CaseEventKind, CaseState, NotificationState, Template
from pipeline.desk import Desk
from pipeline.judgement import current
from pipeline.owing import owed_by_routing
from store.models import Case
from store.unit_of_work import UnitOfWork

_BRINGING = frozenset({Template.ROUTED_TO_UNIT, Template.OBJECTED})
_LOST = frozenset({NotificationState.FAILED, NotificationState.SUPPRESSED})


def known_in_sum_alone(uow: UnitOfWork, row: Mapping[str, Any]) -> bool:
    """Whether the unit that works on the case, as its row stands, had no mail that brought it."""
    case_id, unit = row["id"], row["unit"]
    if row["state"] not in WITH_UNIT:
        return False
    if not uow.cases.has_line(case_id, CaseEventKind.TOLD_IN_SUM, {}):
        return False
    return not _was_brought(uow, case_id, unit)


def owe_apart(desk: Desk, uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Owe the mail about a case, which the caller holds and has parted from another, where its unit had none:
    it knows the incident alone, or the case was closed before its mail left."""
    if case.state not in WITH_UNIT or uow.incidents.firsts_of([case.id or 0]):
        return
    if _was_brought(uow, case.id or 0, case.unit):
        return
    row = {name: getattr(case, name) for name in ("id", "unit", "priority", "due_at")}
    taxonomy, turn = current(desk, uow, now).taxonomy, f"-p{now.timestamp():.0f}"
    brought: dict[str, Any] = row | {"state": CaseState.ASSIGNED, "reasons": ()}
    for notice in owed_by_routing(desk, brought, taxonomy, now, turn=turn):
        uow.notifications.owe(case.id, f"parted-{case.id}", notice)


def _was_brought(uow: UnitOfWork, case_id: int, unit: str) -> bool:
    return any(
        notice.template in _BRINGING and notice.values.get("unit") == unit and notice.state not in _LOST
        for notice in uow.notifications.of_case(case_id)
    )
