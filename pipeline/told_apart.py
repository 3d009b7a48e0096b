"""A case that its unit knows only as one of an incident is told by a mail of its own, once the incident's one
answer will not reach it any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.taxonomy import DESK_UNIT
from domain.cases import WITH_UNIT
from domain.vocabulary import CaseEventKind, CaseState, Template
from pipeline.desk import Desk
from pipeline.judgement import current
from pipeline.owing import owed_by_routing
from store.models import Case
from store.unit_of_work import UnitOfWork


def known_in_sum_alone(uow: UnitOfWork, row: Mapping[str, Any]) -> bool:
    """Whether the unit that works on the case, as its row stands, had no mail that brought it."""
    case_id, unit = row["id"], row["unit"]
    if row["state"] not in WITH_UNIT or unit == DESK_UNIT:
        return False
    if not uow.cases.has_line(case_id, CaseEventKind.TOLD_IN_SUM, {}):
        return False
    mails = uow.unit_mails.of_cases([case_id])
    return all((mail.template, mail.unit) != (Template.ROUTED_TO_UNIT, unit) for mail in mails)


def owe_apart(desk: Desk, uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Owe the mail about a case, which the caller holds and has parted from an incident, where it is due."""
    names = ("id", "unit", "state", "priority", "due_at", "reasons")
    row = {name: getattr(case, name) for name in names}
    if uow.incidents.firsts_of([case.id or 0]) or not known_in_sum_alone(uow, row):
        return
    taxonomy, turn = current(desk, uow, now).taxonomy, f"-p{now.timestamp():.0f}"
    brought = row | {"state": CaseState.ASSIGNED, "reasons": ()}
    for notice in owed_by_routing(desk, brought, taxonomy, now, turn=turn):
        uow.notifications.owe(case.id, f"parted-{case.id}", notice)
