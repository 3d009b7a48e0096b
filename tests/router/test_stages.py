"""When units are reminded, and how due times move: every rule by dates that were counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from config.settings import ISTANBUL
from domain.vocabulary import CaseKind, PauseCause, Stage
from router.pauses import days_ended, later, moved, stops_the_law
from router.stages import following, moments, next_watch, reached
from router.working_time import after_work, worked

NEAR, LAST, OVER, UP = Stage.THREE_QUARTERS, Stage.LAST_DAY, Stage.OVERDUE, Stage.ESCALATED


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL)


STAGES = [
    (
        "five working days: Monday to Monday, up to the top",
        ("2026-11-23 10:00", "2026-11-30 17:30", 2, 3),
        [
            (NEAR, "2026-11-27 13:22:30"),
            (LAST, "2026-11-27 08:30"),
            (OVER, "2026-11-30 17:30"),
            (UP, "2026-12-02 17:30"),
            (UP, "2026-12-04 17:30"),
        ],
    ),
    (
        "over Ramadan's feast: Thursday is half a day, Friday to Sunday are the feast",
        ("2026-03-17 08:30", "2026-03-24 17:30", 2, 1),
        [(NEAR, "2026-03-23 17:30"), (LAST, "2026-03-23 08:30"), (OVER, "2026-03-24 17:30")],
    ),
    (
        "hours run around the clock, weekends too",
        ("2026-11-27 22:00", "2026-11-29 22:00", 1, 2),
        [
            (NEAR, "2026-11-29 10:00"),
            (OVER, "2026-11-29 22:00"),
            (UP, "2026-11-30 22:00"),
        ],
    ),
    (
        "two hours have no last day, and nobody stands above",
        ("2026-11-23 01:00", "2026-11-23 03:00", 2, 0),
        [(NEAR, "2026-11-23 02:30"), (OVER, "2026-11-23 03:00")],
    ),
    (
        "a working day that began this morning has no day before it",
        ("2026-11-23 10:00", "2026-11-24 17:30", 2, 1),
        [(NEAR, "2026-11-24 13:22:30"), (OVER, "2026-11-24 17:30")],
    ),
]


@pytest.mark.parametrize(("label", "case", "expected"), STAGES, ids=[row[0] for row in STAGES])
def test_stages_stand_where_the_calendar_has_them(
    label: str, case: tuple[str, str, int, int], expected: list[tuple[Stage, str]]
) -> None:
    opened, due, every, above = case
    found = moments(at(opened), at(due), every=every, above=above)
    assert {(m.stage, m.at) for m in found} == {(stage, at(moment)) for stage, moment in expected}
    assert [m.at for m in found] == sorted(m.at for m in found)
    assert all(m.at.tzinfo in (UTC, ISTANBUL) for m in found)


FIVE_DAYS = moments(at("2026-11-23 10:00"), at("2026-11-30 17:30"), every=2, above=3)
MISSED = [
    ("nothing yet", "2026-11-25 10:00", []),
    ("one reminder", "2026-11-27 09:00", [LAST]),
    ("the later of two reminders", "2026-11-28 09:00", [NEAR]),
    ("what is overdue instead of reminders", "2026-12-01 09:00", [OVER]),
    ("all who stand above, after a long outage", "2026-12-07 09:00", [OVER, UP, UP]),
]


@pytest.mark.parametrize(("label", "now", "expected"), MISSED, ids=[row[0] for row in MISSED])
def test_after_an_outage_units_hear_what_still_matters(label: str, now: str, expected: list[Stage]) -> None:
    assert [m.stage for m in reached(FIVE_DAYS, FIVE_DAYS[0].at, at(now))] == expected


WATCHES = [
    ("a fresh case", "2026-11-23 10:00", False, False, "2026-11-27 08:30"),
    ("told already", "2026-11-27 09:00", True, False, "2026-11-27 13:22:30"),
    ("missed, and never told", "2026-11-29 09:00", False, False, "2026-11-27 08:30"),
    ("a new due time is over already", "2026-12-01 09:00", True, False, "2026-11-30 17:30"),
    ("told that it is overdue", "2026-12-01 09:00", True, True, "2026-12-02 17:30"),
    ("everybody was told", "2026-12-08 09:00", True, True, None),
]


@pytest.mark.parametrize(("label", "now", "reminded", "overdue", "expected"), WATCHES)
def test_a_case_is_looked_at_again_when_somebody_must_be_told(
    label: str, now: str, reminded: bool, overdue: bool, expected: str | None
) -> None:
    found = next_watch(FIVE_DAYS, at(now), reminded=reminded, overdue_told=overdue)
    assert found == (at(expected) if expected else None), label


def test_after_the_last_stage_nothing_follows() -> None:
    assert following(FIVE_DAYS, FIVE_DAYS[-1].at) is None
    assert following(FIVE_DAYS, FIVE_DAYS[-2].at) == FIVE_DAYS[-1].at


PAUSES = [
    ("two working days closed", "2026-11-23 10:00", "2026-11-25 10:00", False, 2, "2026-12-02 17:30"),
    ("none closed within one", "2026-11-23 09:00", "2026-11-23 17:00", False, 0, "2026-11-30 17:30"),
    ("a weekend", "2026-11-27 18:00", "2026-11-30 08:00", False, 0, "2026-11-30 17:30"),
    ("Republic Day and its eve", "2026-10-27 18:00", "2026-10-30 18:00", False, 1, "2026-12-01 17:30"),
    ("its eve counts for the law", "2026-10-27 18:00", "2026-10-30 18:00", True, 2, "2026-12-02 17:30"),
]


@pytest.mark.parametrize(("label", "since", "until", "half", "days", "expected"), PAUSES)
def test_what_is_due_in_days_moves_by_the_working_days_of_a_pause(
    label: str, since: str, until: str, half: bool, days: int, expected: str
) -> None:
    due = at("2026-11-30 17:30")
    assert days_ended(at(since), at(until), half_days=half) == days, label
    assert moved(due, at(since), at(until), half_days=half) == at(expected), label


def test_what_is_due_in_hours_moves_by_the_clock() -> None:
    due = at("2026-11-28 03:10")
    assert moved(due, at("2026-11-27 22:00"), at("2026-11-28 01:30"), half_days=False) == at(
        "2026-11-28 06:40"
    )
    assert later(due, 0, half_days=False) == due


@pytest.mark.parametrize("kind", list(CaseKind))
@pytest.mark.parametrize("cause", list(PauseCause))
def test_the_law_s_clock_stops_for_the_fee_of_information_only(kind: CaseKind, cause: PauseCause) -> None:
    """Law 4982, art. 11."""
    expected = (kind, cause) == (CaseKind.INFORMATION, PauseCause.FEE)
    assert stops_the_law(kind, cause) is expected


def test_office_hours_are_istanbul_s_the_year_round() -> None:
    """Other zones' summer time moves nothing: Turkey has none."""
    for day in ("2026-03-30", "2026-10-26", "2026-07-01"):
        assert worked(at(f"{day} 00:00"), at(f"{day} 23:59")) == timedelta(hours=9), day
        assert after_work(at(f"{day} 07:00"), timedelta(hours=1)) == at(f"{day} 09:30")
