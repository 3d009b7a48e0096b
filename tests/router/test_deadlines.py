"""The desk's promise and the law's ceiling."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import ISTANBUL
from domain.decisions import ResolutionTime
from domain.vocabulary import CaseKind
from router.deadlines import legal_due_at, promised_at
from router.working_days import is_half_day, is_working_day

MOMENTS = st.integers(0, 12 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DAYS = st.builds(lambda days: ResolutionTime(working_days=days), st.integers(1, 60))
HOURS = st.builds(lambda hours: ResolutionTime(hours=hours), st.integers(1, 96))
KINDS = st.sampled_from(CaseKind)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL)


@pytest.mark.parametrize(
    ("received", "time", "expected"),
    [
        ("2026-07-13 10:00", ResolutionTime(hours=48), "2026-07-15 10:00"),
        ("2026-07-13 10:00", ResolutionTime(working_days=1), "2026-07-14 17:30"),
        ("2026-07-14 10:00", ResolutionTime(working_days=1), "2026-07-16 17:30"),
        ("2026-07-17 23:59", ResolutionTime(working_days=1), "2026-07-20 17:30"),
        ("2026-07-18 00:01", ResolutionTime(working_days=1), "2026-07-20 17:30"),
        ("2026-03-18 09:00", ResolutionTime(working_days=1), "2026-03-23 17:30"),
        ("2026-05-22 09:00", ResolutionTime(working_days=2), "2026-06-01 17:30"),
        ("2026-10-27 09:00", ResolutionTime(working_days=1), "2026-10-30 17:30"),
        ("2026-12-31 09:00", ResolutionTime(working_days=1), "2027-01-04 17:30"),
        ("2027-05-14 09:00", ResolutionTime(working_days=1), "2027-05-20 17:30"),
    ],
)
def test_the_promise_counts_working_days_without_half_days(
    received: str, time: ResolutionTime, expected: str
) -> None:
    assert promised_at(time, at(received)) == at(expected)


@pytest.mark.parametrize(
    ("kind", "received", "expected"),
    [
        (CaseKind.COMPLAINT, "2026-06-01 10:00", "2026-07-01 17:30"),
        (
            CaseKind.REQUEST,
            "2026-06-15 10:00",
            "2026-07-14 17:30",
        ),  # the 30th day is a holiday: the day before
        (CaseKind.SUGGESTION, "2026-09-28 10:00", "2026-10-28 13:00"),  # the 30th day is a half day
        (CaseKind.THANKS, "2026-06-01 10:00", "2026-07-01 17:30"),  # a wish may stand in them
        (CaseKind.DANGER, "2026-06-01 10:00", "2026-07-01 17:30"),
        (CaseKind.COMPLAINT, "2026-12-02 10:00", "2026-12-31 17:30"),  # it is New Year's Day
        (CaseKind.INFORMATION, "2026-06-01 10:00", "2026-06-22 17:30"),
        (CaseKind.INFORMATION, "2026-03-17 10:00", "2026-04-08 17:30"),  # a half day counts for the law
        (
            CaseKind.INFORMATION,
            "2026-05-11 10:00",
            "2026-06-05 17:30",
        ),  # two feasts: still sooner than 30 days
    ],
)
def test_the_law_s_ceiling_is_read_strictly(kind: CaseKind, received: str, expected: str) -> None:
    assert legal_due_at(kind, at(received)) == at(expected)


@given(now=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=40)), time=DAYS | HOURS, kind=KINDS)
def test_who_comes_later_is_never_due_sooner(
    now: datetime, later: timedelta, time: ResolutionTime, kind: CaseKind
) -> None:
    assert promised_at(time, now + later) >= promised_at(time, now)
    assert legal_due_at(kind, now + later) >= legal_due_at(kind, now)


@given(now=MOMENTS, time=DAYS, kind=KINDS)
def test_nothing_is_due_when_no_office_works(now: datetime, time: ResolutionTime, kind: CaseKind) -> None:
    promised = promised_at(time, now).astimezone(ISTANBUL)
    legal = legal_due_at(kind, now).astimezone(ISTANBUL)
    assert is_working_day(promised.date())
    assert is_working_day(legal.date(), half_days=True)
    assert (legal.hour, legal.minute) == ((13, 0) if is_half_day(legal.date()) else (17, 30))


@given(now=MOMENTS, time=DAYS)
def test_there_are_as_many_working_days_as_promised(now: datetime, time: ResolutionTime) -> None:
    first, last = now.astimezone(ISTANBUL).date(), promised_at(time, now).astimezone(ISTANBUL).date()
    between = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert sum(map(is_working_day, between)) == time.working_days


@given(now=MOMENTS, kind=KINDS)
def test_the_ceiling_is_never_later_than_thirty_days(now: datetime, kind: CaseKind) -> None:
    last = legal_due_at(kind, now).astimezone(ISTANBUL).date()
    assert last <= now.astimezone(ISTANBUL).date() + timedelta(days=30)
    assert legal_due_at(CaseKind.INFORMATION, now) <= legal_due_at(kind, now)


@given(now=MOMENTS, time=DAYS | HOURS, kind=KINDS, offset=st.integers(-12, 12))
def test_deadlines_are_utc_and_ignore_the_caller_s_time_zone(
    now: datetime, time: ResolutionTime, kind: CaseKind, offset: int
) -> None:
    elsewhere = now.astimezone(timezone(timedelta(hours=offset)))
    assert promised_at(time, elsewhere) == promised_at(time, now)
    assert legal_due_at(kind, elsewhere) == legal_due_at(kind, now)
    assert promised_at(time, elsewhere).tzinfo is legal_due_at(kind, elsewhere).tzinfo is UTC


@given(now=MOMENTS)
def test_istanbul_has_no_summer_time(now: datetime) -> None:
    """Turkey stays at UTC+3 the whole year (decree 2016/9154): offices close at 14:30 UTC on every date."""
    due = promised_at(ResolutionTime(working_days=1), now)
    assert (due.hour, due.minute) == (14, 30)
