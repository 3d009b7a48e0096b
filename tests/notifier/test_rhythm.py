"""When a unit's mail with all new cases leaves, and which cases do not wait for it."""

from datetime import datetime, timedelta

import pytest

from config.settings import ISTANBUL
from domain.vocabulary import MailRhythm, Priority, Template
from notifier.rhythm import is_gathered, may_wait, next_mail


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=ISTANBUL)


LEAVES: list[tuple[str, MailRhythm, int, datetime, datetime | None]] = [
    ("each at once", MailRhythm.AT_ONCE, 8, at(1, 12), None),
    ("the next full hour", MailRhythm.HOURLY, 8, at(1, 12, 1), at(1, 13)),
    ("a full hour waits for the next", MailRhythm.HOURLY, 8, at(1, 12), at(1, 13)),
    ("over midnight", MailRhythm.HOURLY, 8, at(1, 23, 59, 59), at(2, 0)),
    ("today's is to come", MailRhythm.DAILY, 8, at(1, 7, 59), at(1, 8)),
    ("today's has left", MailRhythm.DAILY, 8, at(1, 8), at(2, 8)),
    ("over the year's end", MailRhythm.DAILY, 0, at(31, 0, 1), at(31, 0) + timedelta(days=1)),
]


@pytest.mark.parametrize(("label", "rhythm", "hour", "now", "leaves"), LEAVES, ids=[row[0] for row in LEAVES])
def test_the_next_mail_leaves_by_istanbuls_clock(
    label: str, rhythm: MailRhythm, hour: int, now: datetime, leaves: datetime | None
) -> None:
    assert next_mail(rhythm, hour, now) == leaves


WAITS = [
    ("a week's case", Priority.NORMAL, timedelta(days=7), True),
    ("exactly twice the wait", Priority.NORMAL, timedelta(hours=40), True),
    ("more than half of its time", Priority.HIGH, timedelta(hours=39), False),
    ("it is overdue", Priority.NORMAL, timedelta(hours=-1), False),
    ("lives are at stake", Priority.LIFE_SAFETY, timedelta(days=7), False),
]


@pytest.mark.parametrize(("label", "priority", "time", "waits"), WAITS, ids=[row[0] for row in WAITS])
def test_no_case_waits_longer_than_half_of_its_time(
    label: str, priority: Priority, time: timedelta, waits: bool
) -> None:
    now = at(1, 12)
    assert may_wait(priority, now + time, now, now + timedelta(hours=20)) is waits


def test_only_a_new_case_that_waited_shares_its_units_mail() -> None:
    values = {"unit": "iski", "gathered": "daily"}
    assert is_gathered(Template.ROUTED_TO_UNIT, Priority.NORMAL, values)
    assert not is_gathered(Template.ROUTED_TO_UNIT, Priority.NORMAL, {"unit": "iski"})
    assert not is_gathered(Template.ROUTED_TO_UNIT, Priority.LIFE_SAFETY, values)
    assert not is_gathered(Template.UNIT_REPLY, Priority.NORMAL, values)
