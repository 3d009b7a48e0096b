"""What no unit has accepted in time is told to the unit, once a case and move, in its mail about deadlines.

The time runs in office hours from when the case went to the unit. It ends with whatever the unit says of the
case, with its return and its closing; a case that is due before is told of by the stages of its time alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.decisions import Unit
from domain.vocabulary import Stage
from pipeline.desk import Desk
from router.working_time import after_work
from store.acceptance import Asked
from store.deadlines import NewReminder
from store.unit_of_work import UnitOfWork

PLANNED_AT_ONCE = 500


def plan_acceptance(desk: Desk) -> None:
    """Work out when the units of cases that came to them must be reminded: some, at each tick."""
    hours = desk.settings.acceptance_hours
    if not hours:
        return
    with desk.uow() as uow:
        cases = uow.acceptance.to_be_asked(PLANNED_AT_ONCE)
        if cases:
            uow.acceptance.ask({case.id: _until(case, hours) for case in cases})
            uow.commit()


def unaccepted(uow: UnitOfWork, units: Mapping[str, Unit], now: datetime, most: int) -> list[NewReminder]:
    """Claim the cases that their units have not accepted in time, and say which units are told of them; the
    caller commits. A unit without an address, or that wants no such reminder, is told of none."""
    return [
        NewReminder(
            case_id=case.id,
            due_at=case.due_at,
            stage=Stage.UNACCEPTED,
            step=case.moves,
            unit=case.unit,
            at=now,
        )
        for case in uow.acceptance.claim_due(now, most)
        if units[case.unit].asks_acceptance and units[case.unit].emails
    ]


def _until(case: Asked, hours: int) -> datetime | None:
    """When the unit has had its time, None where nobody asked it or the case is due before."""
    if case.asked_at is None:
        return None
    at = after_work(case.asked_at, timedelta(hours=hours))
    return at if at < case.due_at else None
