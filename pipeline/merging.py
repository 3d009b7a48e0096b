"""What people decide about linked cases: one is merged into the other, or they have nothing to do together.

Merging moves nothing: each case keeps its messages, numbers and history. The merged one is closed and points
at its target, which takes what still comes for it (E13). Only one citizen's cases are ever merged.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.cases import CLOSED
from domain.vocabulary import CaseEventKind, CaseState, LinkKind, LinkState, Queue
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.numbers import locate, read_number
from pipeline.refusal import RefusedError
from pipeline.told_apart import owe_apart
from store.models import Case
from store.unit_of_work import UnitOfWork


def merge(desk: Desk, number: str, into: str, *, actor: str) -> None:
    """Close a case as the same report as another one, and send its follow-ups there; twice does it once.

    Raises PermanentError for unknown numbers, a case with itself, one merged elsewhere, an open case with a
    closed one, where nobody would answer it, and cases that are not one and the same citizen's.
    """
    now = desk.now()
    with desk.uow() as uow:
        case, target = _pair(uow, number, into)
        if target.merged_into:
            target = uow.cases.locked([target.merged_into])[0]
        if case.merged_into == target.id:
            return
        _refuse_unfit(case, target)
        told: dict[str, object] = {"into": target.number, "state": case.state}
        uow.cases.merge(case, target, now)
        _accept(uow, case, target, actor, now)
        uow.cases.record(
            [
                event(_id(case), CaseEventKind.MERGED, now, told, actor),
                event(_id(target), CaseEventKind.MERGED, now, {"from": case.number}, actor),
            ]
        )
        uow.commit()


def unlink(desk: Desk, number: str, other: str, *, actor: str) -> None:
    """Dismiss every link between two cases; one that was merged into the other is opened again, unless it was
    closed before. A unit that knows one of them only as one of an incident gets its mail.

    Raises PermanentError for unknown numbers and for cases that nothing links.
    """
    now = desk.now()
    with desk.uow() as uow:
        one, two = _pair(uow, number, other)
        changed = uow.links.decide(_id(one), _id(two), LinkState.DISMISSED, actor, now)
        for case, target in ((one, two), (two, one)):
            merged = _last_merging(uow, case) if case.merged_into else None
            if merged and (case.merged_into == target.id or merged.get("into") == target.number):
                uow.cases.unmerge(case, CaseState(merged.get("state", CaseState.ASSIGNED)))
                _take_along(uow, case, target)
                changed += 1
        if not changed:
            raise RefusedError("not_linked", one=one.number, two=two.number)
        uow.cases.record(
            [
                event(
                    _id(case), CaseEventKind.UNLINKED, now, {"case": target.number, "to": case.state}, actor
                )
                for case, target in ((one, two), (two, one))
            ]
        )
        for case in (one, two):
            owe_apart(desk, uow, case, now)
        uow.commit()
    desk.wake(Queue.NOTIFY)


def _pair(uow: UnitOfWork, number: str, other: str) -> tuple[Case, Case]:
    numbers = [read_number(number), read_number(other)]
    if numbers[0] == numbers[1]:
        raise RefusedError("linked_with_itself", number=numbers[0])
    ids = [locate(uow, each) for each in numbers]
    found = {case.id: case for case in uow.cases.locked(ids)}
    return found[ids[0]], found[ids[1]]


def _take_along(uow: UnitOfWork, case: Case, target: Case) -> None:
    """What was merged into a case before that was merged on is parted from the target with it."""
    for each in uow.cases.merged_with(_id(target)):
        if _last_merging(uow, each).get("into") == case.number:
            uow.cases.change(each, {"merged_into": case.id})


def _last_merging(uow: UnitOfWork, case: Case) -> Mapping[str, Any]:
    """What history says of it: into which case, which may have been merged into another since, and how the
    case stood."""
    lines = [line for line in uow.cases.history(_id(case)) if line.kind == CaseEventKind.MERGED]
    return next((line.detail for line in reversed(lines) if "into" in line.detail), {})


def _refuse_unfit(case: Case, target: Case) -> None:
    if case.id == target.id:
        raise RefusedError("merged_the_other_way", number=target.number, into=case.number)
    if case.merged_into:
        raise RefusedError("merged_elsewhere", number=case.number)
    if CaseState(target.state) in CLOSED and CaseState(case.state) not in CLOSED:
        raise RefusedError("merged_into_closed", number=case.number, into=target.number)
    if case.citizen_id is None or case.citizen_id != target.citizen_id:
        raise RefusedError("other_citizen", one=case.number, two=target.number)


def _accept(uow: UnitOfWork, case: Case, target: Case, actor: str, now: datetime) -> None:
    link = {"case_id": case.id, "other_id": target.id, "kind": LinkKind.DUPLICATE, "created_at": now}
    uow.links.offer([link | {"state": LinkState.OFFERED, "why": "merged"}])
    uow.links.decide(_id(case), _id(target), LinkState.ACCEPTED, actor, now)


def _id(case: Case) -> int:
    return case.id or 0
