"""A made-up year under a stepped clock, against a count of its own in pandas: each word once and at its time.

`YEAR_CASES=10000 YEAR_STEP_HOURS=6` lets the year be as full as a large desk's; the suite takes less of it.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.settings import Settings
from config.taxonomy import DESK_UNIT, load_taxonomy
from pipeline.desk import Desk
from store.models import Case, MonthlyReport
from tests.fakes import Bells, Clock
from tests.pipeline.timing import Writer, events, notices, reminders, rows_of
from tests.pipeline.year_cases import FIRST, draw_year
from tests.pipeline.year_running import Year, ticks_of, write_year
from tests.servers.postgres import PostgresServer

COUNT = int(os.environ.get("YEAR_CASES", "300"))
STEP = timedelta(hours=float(os.environ.get("YEAR_STEP_HOURS", "71")), minutes=13)
LAST = datetime(2026, 12, 31, tzinfo=UTC)
UNITS = load_taxonomy().units
USED = ("yol-bakim", "iski-su-ariza", "kadikoy-belediyesi", "zabita", "iett-otobus", DESK_UNIT)


class Past:
    """The year as it happened, and as it should have."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        from tests.pipeline import year_recount  # pandas is a large import, and for this test alone

        self.desk, self.cases = desk, draw_year(20260101, COUNT, USED)
        self.ticks = ticks_of(FIRST + timedelta(seconds=13), LAST, STEP)
        clock.moment = FIRST - timedelta(days=40)
        write_year(desk, Writer(desk), self.cases, [_times(*year_recount.first_times(c)) for c in self.cases])
        self.year = Year(desk, clock, self.cases)
        self.year.run(self.ticks)
        self.refused = Counter[str]()
        self.phases = {case.id: year_recount.phases_of(case, self.refused) for case in self.cases}
        self.recount = year_recount.Recount(self.ticks, UNITS, desk.settings.escalation_days)
        self.told = [each for case in self.cases for each in self.recount.told(case, self.phases[case.id])]


def _times(promised: datetime, legal: datetime) -> dict[str, datetime]:
    return {"promised_at": promised, "legal_due_at": legal, "due_at": min(promised, legal)}


@pytest.fixture
def past(postgres_server: PostgresServer, taxonomy_template: str, settings: Settings) -> Iterator[Past]:
    with postgres_server.fresh(taxonomy_template) as url:
        clock = Clock()
        desk = Desk(settings.model_copy(update={"database_url": url}), now=clock, ring=Bells())
        yield Past(desk, clock)
        desk.engine.dispose()


def the_year_is_full(past: Past) -> None:
    """Each stage, each refusal and each kind of notice is in it, or nothing would be proven."""
    assert {each.stage for each in past.told} == {"three_quarters", "last_day", "overdue", "escalated"}
    assert len(past.told) > COUNT
    assert max(each.step for each in past.told) >= 2
    assert {"no_room", "too_late"} >= set(past.refused) >= {"no_room"}


def each_unit_heard_each_stage_once_at_its_tick(past: Past) -> None:
    rows = reminders(past.desk)
    told = Counter((r.case_id, r.stage, r.step, r.unit, r.due_at, r.at) for r in rows)
    assert told == Counter((t.case, t.stage, t.step, t.unit, t.due, t.tick) for t in past.told)
    assert set(told.values()) == {1}
    lines = Counter(
        (e.case_id, e.detail["stage"], e.detail["step"], e.at) for e in events(past.desk, "reminded")
    )
    assert lines == Counter((t.case, t.stage, t.step, t.tick) for t in past.told)


def each_run_was_one_mail_to_each_address(past: Past) -> None:
    sent = Counter(
        (n.values["unit"], n.values["at"], n.recipient) for n in notices(past.desk, "unit_deadlines")
    )
    runs = {(t.unit, t.tick.isoformat()) for t in past.told}
    assert sent == Counter((unit, at, f"mailto:{a}") for unit, at in runs for a in UNITS[unit].emails)


def each_citizen_heard_of_the_work_once_at_their_tick(past: Past) -> None:
    should = {
        case.id: tick for case in past.cases if (tick := past.recount.in_work(case, past.phases[case.id]))
    }
    assert len(should) > COUNT / 3
    heard = [(e.case_id, e.at) for e in events(past.desk, "still_in_work")]
    assert sorted(heard) == sorted(should.items())
    assert Counter(n.case_id for n in notices(past.desk, "still_in_work")) == dict.fromkeys(should, 1)


def times_moved_as_the_rules_have_it_and_each_extension_was_told_once(past: Past) -> None:
    last = {case_id: phases[-1] for case_id, phases in past.phases.items()}
    rows = {row.id: row for row in rows_of(past.desk, Case) if row.id in last}
    assert {i: (r.promised_at, r.legal_due_at, r.due_at) for i, r in rows.items()} == {
        i: (p.promised, p.legal, p.due) for i, p in last.items()
    }
    assert past.year.refused == past.refused
    given = Counter(e.case_id for e in events(past.desk, "extended"))
    wanted = sum(step.what == "extended" for case in past.cases for step in case.steps)
    assert given.total() == wanted - past.refused.total() > 0
    assert Counter(n.case_id for n in notices(past.desk, "time_extended")) == given


def each_months_reports_are_what_pandas_counts(past: Past) -> None:
    """Of the city and of each unit with all below it, by unit, topic, channel and district."""
    import pandas as pd

    from tests.pipeline import year_months

    table = year_months.table_of(past.cases, past.phases)
    found: dict[Any, dict[str | None, dict[str, Any]]] = {}
    for row in rows_of(past.desk, MonthlyReport):
        found.setdefault(pd.Period(row.month, "M"), {})[row.unit] = year_months.as_archived(row.figures)
    months = pd.period_range("2025-12", "2026-11", freq="M")
    assert set(months) <= set(found)
    for month in months:
        assert found[month] == year_months.figures_of(year_months.month_of(table, month), UNITS), month


CHECKS: tuple[Callable[[Past], None], ...] = (
    the_year_is_full,
    each_unit_heard_each_stage_once_at_its_tick,
    each_run_was_one_mail_to_each_address,
    each_citizen_heard_of_the_work_once_at_their_tick,
    times_moved_as_the_rules_have_it_and_each_extension_was_told_once,
    each_months_reports_are_what_pandas_counts,
)


@pytest.mark.timeout(0 if COUNT > 1000 else 600)
def test_a_year_is_told_and_counted_as_pandas_has_it(past: Past, subtests: pytest.Subtests) -> None:
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(past)
