"""Lets a made-up year happen: cases are written in bulk, their time is moved by the program's own steps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from domain.vocabulary import PauseCause
from pipeline.desk import Desk
from pipeline.extending import extend
from pipeline.monthly import archive_month, due_month
from pipeline.pausing import pause, resume
from pipeline.refusal import RefusedError
from pipeline.reminding import plan_reminders, remind_units
from pipeline.still_in_work import tell_still_in_work
from store.bulk import copy_rows
from store.models import Case, CaseEvent
from tests.fakes import Clock
from tests.pipeline.timing import Writer, rows_of
from tests.pipeline.year_cases import Step, YearCase

SWEEPS = (tell_still_in_work, plan_reminders, remind_units)
_CHANGE = text(
    "UPDATE cases SET state = n.state, unit = n.unit, closed_at = n.closed_at FROM"
    " unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:units AS text[]),"
    " CAST(:closed AS timestamptz[])) AS n(id, state, unit, closed_at) WHERE cases.id = n.id"
)


class Year:
    """A year on a desk, from tick to tick."""

    def __init__(self, desk: Desk, clock: Clock, cases: Sequence[YearCase]) -> None:
        self.desk, self.clock, self.refused = desk, clock, Counter[str]()
        self._state: dict[int, tuple[str, str, datetime | None]] = {}
        self._changed: set[int] = set()
        self._lines: list[dict[str, Any]] = []
        self._steps = sorted(
            ((s.at, c.number, c, s) for c in cases for s in c.steps), key=lambda row: row[:2]
        )

    def run(self, ticks: Sequence[datetime]) -> None:
        """Let all happen up to each tick, and the clock's sweeps at it."""
        place = 0
        for now in ticks:
            while place < len(self._steps) and self._steps[place][0] <= now:
                self._do(*self._steps[place][2:])
                place += 1
            self._write()
            self.clock.moment = now
            for sweep in SWEEPS:
                sweep(self.desk)
            archive_month(self.desk, due_month(self.desk.settings, now))

    def _do(self, case: YearCase, step: Step) -> None:
        state, unit, closed = self._state.get(case.id, ("resolved", case.unit, None))
        match step.what:
            case "opened":
                state = "in_review" if case.in_review else "assigned"
                self._line(case, step, "opened", channel=case.channel)
                self._line(case, step, "sent_to_review" if case.in_review else "assigned", unit=unit)
            case "routed" | "passed":
                state, unit = "assigned", step.value or unit
                self._line(case, step, "assigned", unit=unit)
            case "closed" | "reopened":
                to = step.value or "reopened"
                self._line(case, step, "state_changed", **{"from": state, "to": to})
                state, closed = to, step.at if step.what == "closed" else None
            case _:
                self._by_the_program(case, step)
                return
        self._state[case.id] = state, unit, closed
        self._changed.add(case.id)

    def _by_the_program(self, case: YearCase, step: Step) -> None:
        self._write()
        self.clock.moment = step.at
        try:
            if step.what == "paused":
                pause(self.desk, case.number, why="Soruldu", cause=PauseCause(step.value), actor="test")
            elif step.what == "resumed":
                resume(self.desk, case.number, actor="test")
            else:
                extend(self.desk, case.number, days=step.value, why="Malzeme bekleniyor", actor="test")
        except RefusedError as error:
            self.refused[error.reason] += 1

    def _line(self, case: YearCase, step: Step, kind: str, **detail: Any) -> None:
        self._lines.append(
            {"case_id": case.id, "at": step.at, "actor": "test", "kind": kind, "detail": detail}
        )

    def _write(self) -> None:
        if not self._changed:
            return
        rows = {case_id: self._state[case_id] for case_id in self._changed}
        states, units, closed = (list(column) for column in zip(*rows.values(), strict=True))
        with self.desk.uow() as uow:
            given = {"ids": list(rows), "states": states, "units": units, "closed": closed}
            uow.session.execute(_CHANGE, given)
            copy_rows(uow.session, CaseEvent, self._lines)
            uow.commit()
        self._changed, self._lines = set(), []


def write_year(
    desk: Desk, writer: Writer, cases: Sequence[YearCase], times: Iterable[dict[str, Any]]
) -> None:
    """Write the cases before anything happened to them: closed, so that no sweep sees them."""
    columns = ("opened_at", "topic", "kind", "unit", "channel", "district", "priority")
    own = [
        {n: getattr(case, n) for n in columns} | {"state": "resolved", "closed_at": None} for case in cases
    ]
    ids = writer.write([row | due for row, due in zip(own, times, strict=True)])
    numbers = {row.id: row.number for row in rows_of(desk, Case)}
    for case, case_id in zip(cases, ids, strict=True):
        case.id, case.number = case_id, numbers[case_id]


def ticks_of(first: datetime, last: datetime, step: timedelta) -> list[datetime]:
    """When the clock looks."""
    return [first + step * n for n in range((last - first) // step + 1)]
