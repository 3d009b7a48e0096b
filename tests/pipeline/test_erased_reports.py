"""What the reports count does not change when people are erased, at the end of their time or on request."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from domain.vocabulary import CaseEventKind
from pipeline.clock import tick
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.monthly import archive_month
from pipeline.retention import end_retention, retention_rows, set_retention
from store.models import Erasure
from tests.fakes import Clock, make_message
from tests.pipeline.erasures import WORDS, close_all, erased
from tests.pipeline.looking import case_from, case_of, take_in
from tests.pipeline.timing import rows_of, three_clocks


def test_cases_whose_time_is_over_lose_their_people_once(desk: Desk, clock: Clock) -> None:
    messages = take_in(desk, *(make_message(text=f"{WORDS} {n}") for n in range(4)))
    kept = case_of(desk, messages[0])
    assert kept is not None
    close_all(desk)
    with desk.uow() as uow:
        uow.session.execute(text("UPDATE cases SET topic = 'yol-ana-arter' WHERE id = :id"), {"id": kept.id})
        uow.commit()
    clock.step(days=45)
    before = counted(desk)
    tick(desk)
    assert (retention_rows(desk), rows_of(desk, Erasure)) == ([], []), "no time is given: all is kept"
    set_retention(desk, "cop-toplama", 30)
    [row] = retention_rows(desk)
    assert (row["code"], row["retention_days"], row["cases"]) == ("cop-toplama", 30, 3)
    clock.step(hours=2)
    three_clocks(lambda: end_retention(desk), rounds=2)
    [report] = rows_of(desk, Erasure)
    assert (report.counts["cases"], report.counts["messages"], report.counts["citizens"]) == (3, 3, 3)
    with desk.uow() as uow:
        cases = uow.session.execute(text("SELECT id, citizen_id, subject FROM cases ORDER BY id")).all()
        people = uow.session.scalars(text("SELECT name FROM citizens ORDER BY id")).all()
    assert [bool(case.citizen_id and case.subject) for case in cases] == [True, False, False, False]
    assert people == ["Ayşe Yılmaz", None, None, None]
    assert retention_rows(desk)[0]["cases"] == 0
    assert counted(desk) == before, "the reports count what they counted"


DAYS_OF_AN_OBJECTION = ((10, 1), (10, 9), (10, 20), (11, 5), (11, 12))
"""When it was opened, was due, was answered too late, was objected to, and was closed."""


def test_what_was_late_before_an_objection_stays_so_in_the_reports(desk: Desk) -> None:
    """The line of an objection alone tells until when the first answer was due."""
    case = case_from(desk, make_message())
    opened, due, late, again, closed = (datetime(2026, *day, 9, tzinfo=UTC) for day in DAYS_OF_AN_OBJECTION)
    told: dict[str, object] = {"from": "resolved", "to": "reopened", "was_due_at": due.isoformat()}
    shut: dict[str, object] = {"to": "resolved"}
    lines = [(late, shut), (again, told), (closed, shut)]
    with desk.uow() as uow:
        uow.session.execute(
            text(
                "UPDATE cases SET opened_at = :opened, due_at = :due, closed_at = :closed, state = 'resolved'"
            ),
            {"opened": opened, "due": closed, "closed": closed},
        )
        uow.session.execute(text("UPDATE case_events SET at = :opened"), {"opened": opened})
        changed = CaseEventKind.STATE_CHANGED
        uow.cases.record([event(case.id or 0, changed, at, detail) for at, detail in lines])
        uow.commit()
    before = counted(desk)
    assert [month["in_time"] for month in dict(before)[None]["trend"][-2:]] == [0, 1]
    erased(desk, case.citizen_id or 0)
    assert counted(desk) == before


def counted(desk: Desk) -> list[Any]:
    """A month's figures of all units, counted afresh."""
    with desk.uow() as uow:
        uow.session.execute(text("DELETE FROM monthly_reports"))
        uow.commit()
    archive_month(desk, date(2026, 11, 1))
    with desk.uow() as uow:
        figures = uow.session.execute(text("SELECT unit, figures FROM monthly_reports ORDER BY unit"))
        return [tuple(row) for row in figures]
