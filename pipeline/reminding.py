"""Units are told that the time of their cases runs out, is over, and, ever higher up, that it still is; and
of those they have not accepted.

A unit gets one mail for all of its cases in a run, however many they are. Each case is claimed once for each
stage of a due time; a due time that moves, by whomever, is seen by the next run.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from config.taxonomy import DESK_UNIT
from domain.decisions import Unit
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Medium, Queue, Stage, Template
from pipeline.acceptance import unaccepted
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.sweeps import end_round, take_round
from router.escalation import told_units
from router.stages import Moment, following, moments, next_watch, reached
from store.deadlines import NewReminder, Watched
from store.unit_of_work import UnitOfWork

EVERY = timedelta(minutes=5)
"""How long cases are gathered for one mail: what becomes due within is told together."""
AT_ONCE = 2000
PLANNED_AT_ONCE = 500
ACTOR = "clock"
SWEEP = "sweep:deadlines"
Units = Mapping[str, Unit]


def plan_reminders(desk: Desk) -> None:
    """Work out when the units of cases whose due time is new must be told next: some, at each tick."""
    now = desk.now()
    with desk.uow() as uow:
        cases = uow.deadlines.to_be_watched(PLANNED_AT_ONCE)
        if not cases:
            return
        units = uow.taxonomy.units()
        uow.deadlines.watch({case.id: _planned(desk, case, units, now) for case in cases})
        uow.commit()


def remind_units(desk: Desk) -> None:
    """Tell units of the cases that reached a stage: every five minutes, by one of the clocks."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, SWEEP, now, EVERY):
            return
        cases, units = uow.deadlines.due(now, AT_ONCE), uow.taxonomy.units()
        rows = _reached(desk, uow, cases, units, now) + unaccepted(uow, units, now, AT_ONCE)
        if len(cases) == AT_ONCE or len(rows) >= AT_ONCE:
            end_round(uow, SWEEP, now)
        if rows:
            _tell(uow, rows, units, now)
        uow.commit()
    if rows:
        desk.wake(Queue.NOTIFY)


def _line_of(case: Watched, units: Units) -> list[str]:
    """Who hears of a case; what waits for a person is with the desk, whatever unit was thought of."""
    with_desk = case.state in (CaseState.RECEIVED, CaseState.IN_REVIEW)
    return told_units(DESK_UNIT if with_desk else case.unit, units)


def _moments(desk: Desk, case: Watched, units: Units) -> tuple[Moment, ...]:
    above = len(_line_of(case, units)) - 1
    return moments(case.began_at, case.due_at, every=desk.settings.escalation_days, above=above)


def _planned(desk: Desk, case: Watched, units: Units, now: datetime) -> datetime | None:
    found = _moments(desk, case, units)
    overdue_told = case.escalated_at is not None
    return next_watch(found, now, reminded=case.reminded_at is not None, overdue_told=overdue_told)


def _reached(
    desk: Desk, uow: UnitOfWork, cases: Sequence[Watched], units: Units, now: datetime
) -> list[NewReminder]:
    """What units are told of the stages that these cases have reached; each is looked at again later."""
    rows: list[NewReminder] = []
    nexts: dict[int, datetime | None] = {}
    for case in cases:
        found = _moments(desk, case, units)
        nexts[case.id] = following(found, now)
        rows += _reminders(case, reached(found, case.watch_at or now, now), _line_of(case, units), now)
    uow.deadlines.watch(nexts)
    return rows


def _tell(uow: UnitOfWork, rows: Sequence[NewReminder], units: Units, now: datetime) -> None:
    uow.deadlines.told(rows, now)
    uow.cases.record([_event(row) for row in rows])
    for code in sorted({row.unit for row in rows}):
        for mail in _mails(units[code], now):
            uow.notifications.owe(None, f"deadlines-{code}", mail)


def _reminders(
    case: Watched, stages: Sequence[Moment], line: Sequence[str], now: datetime
) -> list[NewReminder]:
    steps = [(m.stage, m.step) for m in stages]
    if (Stage.OVERDUE, 0) in steps and len(line) > 1:
        steps.append((Stage.ESCALATED, 1))
    return [
        NewReminder(case_id=case.id, due_at=case.due_at, stage=stage, step=step, unit=line[step], at=now)
        for stage, step in steps
    ]


def _event(row: NewReminder) -> dict[str, object]:
    detail: dict[str, object] = {
        "stage": row.stage,
        "step": row.step,
        "unit": row.unit,
        "due_at": row.due_at.isoformat(),
    }
    return event(row.case_id, CaseEventKind.REMINDED, row.at, detail, ACTOR)


def _mails(unit: Unit, now: datetime) -> list[Notification]:
    return [
        Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", address),
            template=Template.UNIT_DEADLINES,
            due_at=now,
            dedupe_key=f"{Template.UNIT_DEADLINES}:{unit.code}:{now.isoformat()}:{address}",
            values={"unit": unit.code, "at": now.isoformat()},
            automatic=False,
        )
        for address in unit.emails
    ]
