"""Until when a citizen may object, and what keeps them from it."""

from datetime import UTC, datetime, timedelta

from domain.vocabulary import CaseState, Hindrance
from router.objections import hindrance, open_until

CLOSED_AT = datetime(2026, 11, 23, 20, 59, tzinfo=UTC)  # 23:59 in Istanbul
NOON = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OVER = datetime(2026, 12, 23, 21, 0, tzinfo=UTC)  # the midnight after the thirtieth day
_S, _H = CaseState, Hindrance
TABLE = [
    (_S.RESOLVED, CLOSED_AT, None, CLOSED_AT, None),
    (_S.RESOLVED, CLOSED_AT, None, OVER - timedelta(seconds=1), None),
    (_S.RESOLVED, CLOSED_AT, None, OVER, _H.LATE),
    (_S.RESOLVED, CLOSED_AT, NOON, NOON, _H.OBJECTED),
    (_S.RESOLVED, CLOSED_AT, NOON, OVER, _H.OBJECTED),
    (_S.REOPENED, None, NOON, NOON, _H.OBJECTED),
    (_S.REOPENED, None, None, NOON, _H.UNANSWERED),  # by the desk: its citizen has said nothing yet
    (_S.REJECTED, CLOSED_AT, None, NOON, None),
    (_S.REJECTED, CLOSED_AT, None, OVER, _H.LATE),
    (_S.REJECTED, CLOSED_AT, NOON, NOON, _H.OBJECTED),
    (_S.ASSIGNED, None, None, NOON, _H.UNANSWERED),
    (_S.IN_REVIEW, None, None, NOON, _H.UNANSWERED),
    (_S.RECEIVED, None, None, NOON, _H.UNANSWERED),
]


def test_once_in_time_and_only_to_what_is_closed() -> None:
    for state, closed_at, objected_at, now, expected in TABLE:
        found = hindrance(state, closed_at, objected_at, now, days=30)
        assert (state, objected_at, now, found) == (state, objected_at, now, expected)


def test_the_last_day_counts_whole_by_istanbul_s_calendar() -> None:
    assert open_until(CLOSED_AT, 30) == OVER
    assert open_until(CLOSED_AT + timedelta(minutes=1), 30) == OVER + timedelta(days=1)
