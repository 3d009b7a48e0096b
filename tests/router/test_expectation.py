"""By when a citizen may expect an answer: experience counts while it holds and beats the promise."""

from datetime import UTC, datetime

import pytest

from domain.expectation import Expected, Running
from router.expectation import expected


def at(day: int, hour: int = 14, minute: int = 30, month: int = 10) -> datetime:
    """In 2026, UTC; offices close at 14:30 of it."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


MONDAY, FRIDAY_NIGHT = at(19, 9), at(23, 22)
PROMISE = at(9, month=11)
CASES: list[tuple[str, datetime, int | None, datetime, datetime, int | None]] = [
    ("nothing is known of the topic", MONDAY, None, MONDAY, PROMISE, None),
    ("three working days after it came", MONDAY, 3, MONDAY, at(22), 3),
    ("what is closed on its day is told as one day", MONDAY, 0, MONDAY, at(20), 1),
    ("a weekend and Istanbul's midnight lie between", FRIDAY_NIGHT, 1, FRIDAY_NIGHT, at(26), 1),
    ("Republic Day and its half day lie between", at(26, 9), 3, at(26, 9), at(2, month=11), 3),
    ("it did not hold: the promise speaks", MONDAY, 3, at(22), PROMISE, None),
    ("a minute before that it still may", MONDAY, 3, at(22, 14, 29), at(22), 3),
    ("experience makes no promise later", MONDAY, 40, MONDAY, PROMISE, None),
    ("nor says the same in other words", MONDAY, 14, MONDAY, PROMISE, None),
]


@pytest.mark.parametrize(
    ("label", "opened", "days", "now", "told", "usual"), CASES, ids=[c[0] for c in CASES]
)
def test_what_is_told(
    label: str, opened: datetime, days: int | None, now: datetime, told: datetime, usual: int | None
) -> None:
    case = Running(opened_at=opened, due_at=PROMISE, usual_days=days)
    assert expected(case, now) == Expected(at=told, usual_days=usual), label
