"""The one rule of trying again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConnectionFailedError, ThrottledError, TransientError
from domain.retry import LONGEST_WAIT, next_try_at

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "attempts", "error", "jitter", "wait"),
    [
        ("the first failure waits five seconds", 1, None, 0.0, timedelta(seconds=5)),
        ("the second waits four times as long", 2, ConnectionFailedError("x"), 0.0, timedelta(seconds=20)),
        ("jitter only ever lengthens", 1, None, 0.5, timedelta(seconds=6.25)),
        ("nothing waits longer than four hours", 11, None, 0.0, timedelta(hours=4)),
        (
            "a wait asked for is honoured exactly, without jitter (G11)",
            1,
            ThrottledError("x", retry_after=timedelta(seconds=120)),
            0.9,
            timedelta(seconds=120),
        ),
        (
            "a wait asked for is honoured however many attempts were made",
            9,
            ThrottledError("x", retry_after=timedelta(seconds=1)),
            0.9,
            timedelta(seconds=1),
        ),
        ("a wait in the past means now", 1, ThrottledError("x", retry_after=timedelta(-1)), 0, timedelta(0)),
        (
            "a wait of years is cut to seven days",
            1,
            ThrottledError("x", retry_after=timedelta(days=36500)),
            0,
            timedelta(days=7),
        ),
    ],
)
def test_the_next_attempt_waits_as_the_table_says(
    label: str, attempts: int, error: TransientError | None, jitter: float, wait: timedelta
) -> None:
    assert next_try_at(attempts, error, NOW, max_attempts=12, jitter=jitter) == NOW + wait, label


@pytest.mark.parametrize("attempts", [5, 6, 100])
def test_there_is_an_end_to_trying(attempts: int) -> None:
    asked = ThrottledError("x", retry_after=timedelta(seconds=1))
    assert next_try_at(attempts, asked, NOW, max_attempts=5, jitter=0) is None


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_never_shrink_and_never_overflow(attempts: int, jitter: float) -> None:
    this = next_try_at(attempts, None, NOW, max_attempts=20_000, jitter=jitter)
    later = next_try_at(attempts + 1, None, NOW, max_attempts=20_000, jitter=jitter)
    assert this is not None
    assert later is not None
    assert NOW < this <= later <= NOW + LONGEST_WAIT * 1.5
