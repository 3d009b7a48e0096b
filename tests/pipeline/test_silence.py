"""G9: an account that works and brings nothing is told of, once for each silence."""

from datetime import timedelta

import pytest

from domain.vocabulary import Template
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.silence import EVERY, LEAST_SILENCE, longest_gap, watch_silence
from store.records import Rhythm
from tests.fakes import Clock, add_account, make_message


def told(desk: Desk, clock: Clock) -> int:
    clock.step(seconds=EVERY.total_seconds() + 1)
    watch_silence(desk)
    with desk.uow() as uow:
        due = uow.notifications.claim_due(10, clock())
    return len([n for n in due if n.template == Template.CHANNEL_HEALTH])


def bring(desk: Desk, clock: Clock, account: int) -> None:
    for _ in range(36):
        accept(desk, Intake(items=[(account, make_message())]))
        clock.step(hours=1)


@pytest.fixture
def busy(desk: Desk, clock: Clock) -> int:
    """An account that brought a message an hour for a day and a half."""
    desk.settings.operator_email = "operator@buyuksehir.example"
    account = add_account(desk)
    bring(desk, clock, account)
    return account


def test_a_silence_is_told_once_and_the_next_one_again(desk: Desk, clock: Clock, busy: int) -> None:
    assert told(desk, clock) == 0
    clock.step(days=9)
    assert told(desk, clock) == 1
    assert told(desk, clock) == 1, "the same notice, still owed, and no other"
    bring(desk, clock, busy)
    assert told(desk, clock) == 1
    clock.step(days=9)
    assert told(desk, clock) == 2


def test_an_account_that_is_switched_off_may_be_silent(desk: Desk, clock: Clock, busy: int) -> None:
    with desk.uow() as uow:
        uow.accounts.enable(busy, False)
        uow.commit()
    clock.step(days=9)
    assert told(desk, clock) == 0


def test_the_gap_that_alarms_is_the_accounts_own(clock: Clock) -> None:
    gaps = [longest_gap(Rhythm(account_id=1, messages=n, last_at=clock())) for n in (5, 28, 10_000)]
    assert gaps == [timedelta(days=14), timedelta(days=10), LEAST_SILENCE]
