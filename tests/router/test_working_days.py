"""Turkey's working days, checked against the calendars of 2026 and 2027."""

from datetime import date, time

import pytest

from router.working_days import after_working_days, closing_time, is_half_day, is_working_day, on_or_before

WORKING, HALF, FREE = "working", "half", "free"


@pytest.mark.parametrize(
    ("day", "name", "expected"),
    [
        (date(2026, 1, 1), "New Year", FREE),
        (date(2026, 1, 2), "an ordinary Friday", WORKING),
        (date(2026, 1, 3), "a Saturday", FREE),
        (date(2026, 1, 4), "a Sunday", FREE),
        (date(2026, 3, 19), "eve of the feast of Ramadan, a Thursday", HALF),
        (date(2026, 3, 20), "feast of Ramadan, first day", FREE),
        (date(2026, 3, 22), "feast of Ramadan, third day and a Sunday", FREE),
        (date(2026, 3, 23), "the Monday after it", WORKING),
        (date(2026, 4, 23), "National Sovereignty and Children's Day", FREE),
        (date(2026, 5, 1), "Labour Day", FREE),
        (date(2026, 5, 19), "Youth and Sports Day", FREE),
        (date(2026, 5, 26), "eve of the feast of Sacrifice, a Tuesday", HALF),
        (date(2026, 5, 27), "feast of Sacrifice, first day", FREE),
        (date(2026, 5, 30), "feast of Sacrifice, fourth day and a Saturday", FREE),
        (date(2026, 6, 1), "the Monday after it", WORKING),
        (date(2026, 7, 15), "Democracy and National Unity Day", FREE),
        (date(2026, 8, 30), "Victory Day, a Sunday: nothing moves to Monday", FREE),
        (date(2026, 8, 31), "the Monday after it", WORKING),
        (date(2026, 10, 28), "eve of Republic Day, a Wednesday", HALF),
        (date(2026, 10, 29), "Republic Day", FREE),
        (date(2026, 11, 10), "10 November is no holiday", WORKING),
        (date(2026, 12, 31), "New Year's Eve is no holiday", WORKING),
        (date(2027, 3, 8), "eve of the feast of Ramadan, a Monday", HALF),
        (date(2027, 3, 11), "feast of Ramadan, third day", FREE),
        (date(2027, 5, 15), "eve of the feast of Sacrifice, a Saturday: no half day", FREE),
        (date(2027, 5, 18), "feast of Sacrifice, third day", FREE),
        (date(2027, 5, 19), "its fourth day and Youth and Sports Day", FREE),
        (date(2027, 10, 28), "eve of Republic Day, a Thursday", HALF),
    ],
)
def test_days_of_2026_and_2027(day: date, name: str, expected: str) -> None:
    assert is_working_day(day) is (expected == WORKING), name
    assert is_working_day(day, half_days=True) is (expected != FREE), name
    assert is_half_day(day) is (expected == HALF), name


@pytest.mark.parametrize(
    ("start", "count", "half_days", "expected"),
    [
        (date(2026, 3, 18), 1, False, date(2026, 3, 23)),
        (date(2026, 3, 18), 1, True, date(2026, 3, 19)),
        (date(2026, 3, 18), 2, True, date(2026, 3, 23)),
        (date(2026, 5, 25), 1, False, date(2026, 6, 1)),
        (date(2026, 7, 10), 5, False, date(2026, 7, 20)),
        (date(2026, 7, 11), 1, False, date(2026, 7, 13)),
        (date(2026, 12, 30), 2, False, date(2027, 1, 4)),
        (date(2026, 12, 31), 1, False, date(2027, 1, 4)),
        (date(2026, 7, 13), 0, False, date(2026, 7, 13)),
    ],
)
def test_working_days_are_counted_after_the_day_of_receipt(
    start: date, count: int, half_days: bool, expected: date
) -> None:
    assert after_working_days(start, count, half_days=half_days) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 7, 14), date(2026, 7, 14)),
        (date(2026, 7, 15), date(2026, 7, 14)),
        (date(2026, 3, 22), date(2026, 3, 19)),
        (date(2027, 1, 3), date(2026, 12, 31)),
    ],
)
def test_the_working_day_on_or_before(day: date, expected: date) -> None:
    assert on_or_before(day, half_days=True) == expected


def test_offices_close_early_on_half_days() -> None:
    assert closing_time(date(2026, 10, 28)) == time(13)
    assert closing_time(date(2026, 10, 27)) == time(17, 30)
