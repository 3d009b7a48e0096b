"""When citizens are not rung: in nights of every length, by a stepped clock, and by their own wish."""

from datetime import datetime, timedelta

import pytest

from config.local_time import day_begins
from config.settings import ISTANBUL
from domain.vocabulary import Medium, Priority, Template
from notifier.policy import leave_at
from notifier.rendering import MEDIA
from notifier.updates import DECLINABLE, TOGETHER, UPDATES, is_update, next_morning

# Until September 2016 Turkey moved its clocks; its zone has stood at +03:00 since. (label, night, its length)
NIGHTS = [
    ("clocks went forward at three", "2015-03-28T22:00:00+02:00", "2015-03-29T08:00:00+03:00", 9),
    ("clocks went back at four", "2015-11-07T22:00:00+03:00", "2015-11-08T08:00:00+02:00", 11),
    ("they were to go back, and did not", "2016-10-29T22:00:00+03:00", "2016-10-30T08:00:00+03:00", 10),
    ("as it is now", "2026-11-23T22:00:00+03:00", "2026-11-24T08:00:00+03:00", 10),
]


def leaves(medium: Medium, at: datetime, priority: Priority = Priority.NORMAL) -> datetime:
    return leave_at(medium, priority, at, quiet_from=22, quiet_until=8, to_unit=False)


@pytest.mark.parametrize(("label", "start", "end", "hours"), NIGHTS, ids=[row[0] for row in NIGHTS])
def test_a_night_holds_sms_from_ten_to_eight_whatever_its_length(
    label: str, start: str, end: str, hours: int
) -> None:
    night, morning = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert morning - night == timedelta(hours=hours)
    held = []
    for step in range(-4, 2 * hours + 8):
        now = night + step * timedelta(minutes=30)
        assert leaves(Medium.EMAIL, now) == leaves(Medium.CHAT, now) == now
        assert leaves(Medium.SMS, now, Priority.LIFE_SAFETY) == now
        at = leaves(Medium.SMS, now)
        assert at in (now, morning)
        held += [now] if at != now else []
    assert (held[0], held[-1], len(held)) == (night, morning - timedelta(minutes=30), 2 * hours)


@pytest.mark.parametrize(
    ("at", "until", "leaves_at"),
    [
        # Three o'clock did not exist in the first of these nights, and was struck twice in the second.
        ("2015-03-29T02:30:00+02:00", 3, "2015-03-29T04:00:00+03:00"),
        ("2015-11-08T03:30:00+03:00", 4, "2015-11-08T04:00:00+02:00"),
        ("2015-11-08T03:30:00+02:00", 4, "2015-11-08T04:00:00+02:00"),
    ],
)
def test_an_hour_that_is_missing_or_comes_twice(at: str, until: int, leaves_at: str) -> None:
    now = datetime.fromisoformat(at)
    found = leave_at(Medium.SMS, Priority.LOW, now, quiet_from=22, quiet_until=until, to_unit=False)
    assert found == datetime.fromisoformat(leaves_at)


@pytest.mark.parametrize(
    ("medium", "priority", "to_unit", "held"),
    [
        (Medium.SMS, Priority.NORMAL, False, True),
        (Medium.EMAIL, Priority.NORMAL, False, True),
        (Medium.CHAT, Priority.HIGH, False, True),
        (Medium.LETTER, Priority.NORMAL, False, False),
        (Medium.SMS, Priority.LIFE_SAFETY, False, False),
        (Medium.SMS, Priority.NORMAL, True, False),
    ],
)
def test_hours_that_somebody_wished_hold_whatever_would_reach_them(
    medium: Medium, priority: Priority, to_unit: bool, held: bool
) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=ISTANBUL)
    quiet = {"quiet_from": 22, "quiet_until": 8, "to_unit": to_unit}
    at = leave_at(medium, priority, noon, wished=(11, 14), **quiet)  # type: ignore[arg-type]
    assert at == noon + timedelta(hours=2 if held else 0)


@pytest.mark.parametrize(
    ("now", "began", "morning"),
    [
        ("2026-11-23T00:00:00+03:00", "2026-11-23T00:00:00+03:00", "2026-11-24T08:00:00+03:00"),
        ("2026-11-23T23:59:59+03:00", "2026-11-23T00:00:00+03:00", "2026-11-24T08:00:00+03:00"),
        ("2026-11-23T21:30:00+00:00", "2026-11-24T00:00:00+03:00", "2026-11-25T08:00:00+03:00"),
        ("2015-11-07T12:00:00+03:00", "2015-11-07T00:00:00+03:00", "2015-11-08T08:00:00+02:00"),
        ("2015-03-29T12:00:00+03:00", "2015-03-29T00:00:00+02:00", "2015-03-30T08:00:00+03:00"),
    ],
)
def test_a_day_of_messages_is_istanbuls(now: str, began: str, morning: str) -> None:
    at = datetime.fromisoformat(now)
    assert (day_begins(at), next_morning(at)) == tuple(map(datetime.fromisoformat, (began, morning)))


def test_numbers_and_danger_to_life_are_no_updates_and_nothing_else_can_be_declined() -> None:
    assert not UPDATES & {Template.RECEIVED, Template.OUT_OF_SCOPE, Template.VERIFICATION_CODE}
    assert not any(is_update(template, Priority.LIFE_SAFETY) for template in Template)
    assert {Template.MESSAGE_ADDED, Template.STILL_IN_WORK} == DECLINABLE <= UPDATES
    assert set(TOGETHER) == set(MEDIA[Template.DIGEST]), "what shares has a frame for it"
