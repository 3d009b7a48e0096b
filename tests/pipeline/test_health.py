"""Accounts' health: told once when it turns, and never tried more often than is good for it (G9, test 9)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Direction, HealthState, Medium, Template
from pipeline import channels
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success, wait_after
from store.models import AccountHealth, NotificationRow
from store.records import Account
from tests.fakes import Clock, add_account

OUT = ConnectionFailedError("posta.example does not answer")
REFUSED = CredentialsRejectedError("posta.example: the password was refused")
SLOW_DOWN = ThrottledError("slow down", retry_after=timedelta(seconds=120))


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account on a desk whose operator wants to be told."""
    desk.settings = desk.settings.model_copy(update={"operator_email": "nobetci@buyuksehir.example"})
    account_id = add_account(desk, name="posta")
    with desk.uow() as uow:
        found = uow.accounts.get(account_id)
    assert found is not None
    return found


def health(desk: Desk, account: Account, direction: Direction = Direction.INBOUND) -> AccountHealth:
    with desk.uow() as uow:
        found = uow.health.get(account.id, direction)
    assert found is not None
    return found


def told(desk: Desk) -> list[NotificationRow]:
    """What operators are owed word of, in order."""
    with desk.uow() as uow:
        due = [notice.id for notice in uow.notifications.claim_due(100, desk.now())]
        rows = [uow.notifications.get(notice_id) for notice_id in due]
    return [row for row in rows if row is not None and row.template == Template.CHANNEL_HEALTH]


def turns(desk: Desk) -> list[str]:
    return [row.values["state"] for row in told(desk)]


# One letter an attempt: . works, x out of reach, ! refused.
STORIES = [
    ("all is well", "....", []),
    ("one bad moment and back", ".x.", ["degraded", "ok"]),
    ("refused three times, then fine: one alert, one word that it is over", "!!!..", ["down", "ok"]),
    ("out for an hour: from degraded to down is no news", "xxxxxx.", ["degraded", "ok"]),
    ("down for the whole story: told once", ".!!!!!!!!", ["down"]),
    ("refused after being out of reach", "xx!.", ["degraded", "ok"]),
    ("two bad moments are two stories", "x..x..", ["degraded", "ok", "degraded", "ok"]),
]


@pytest.mark.parametrize(("story", "attempts", "expected"), STORIES, ids=[row[0] for row in STORIES])
def test_operators_are_told_once_when_it_turns_and_once_when_it_is_over(
    desk: Desk, account: Account, clock: Clock, story: str, attempts: str, expected: Sequence[str]
) -> None:
    for attempt in attempts:
        clock.step(minutes=5)
        if attempt == ".":
            record_success(desk, account, Direction.INBOUND)
        else:
            record_failure(desk, account, Direction.INBOUND, REFUSED if attempt == "!" else OUT)
    assert turns(desk) == expected


STATES = [
    ("out once", [OUT], HealthState.DEGRADED),
    ("out twice", [OUT, OUT], HealthState.DEGRADED),
    ("out three times", [OUT, OUT, OUT], HealthState.DOWN),
    ("refused", [REFUSED], HealthState.DOWN),
    ("not configured", [NotConfiguredError("folder is missing")], HealthState.DOWN),
    ("asked to slow down", [SLOW_DOWN], HealthState.DEGRADED),
]


@pytest.mark.parametrize(("label", "errors", "state"), STATES, ids=[row[0] for row in STATES])
def test_the_state_and_its_cause_are_named(
    desk: Desk, account: Account, label: str, errors: Sequence[DeskError], state: HealthState
) -> None:
    for error in errors:
        record_failure(desk, account, Direction.INBOUND, error)
    found = health(desk, account)
    assert (found.state, found.failures) == (state, len(errors))
    assert found.cause == f"{type(errors[-1]).__name__}: {errors[-1]}"
    record_success(desk, account, Direction.INBOUND, messages=3, backlog=7)
    found = health(desk, account)
    assert (found.state, found.cause, found.failures, found.not_before) == (HealthState.OK, None, 0, None)
    assert (found.last_message_at, found.backlog) == (desk.now(), 7)


def test_the_two_directions_fall_ill_apart(desk: Desk, account: Account) -> None:
    record_success(desk, account, Direction.INBOUND)
    record_failure(desk, account, Direction.OUTBOUND, REFUSED)
    assert health(desk, account, Direction.INBOUND).state == HealthState.OK
    [notice] = told(desk)
    assert (notice.values["direction"], notice.values["state"]) == (Direction.OUTBOUND, HealthState.DOWN)
    assert "the password was refused" in notice.values["cause"]


def test_nobody_is_told_where_no_operator_is_named(desk: Desk, account: Account) -> None:
    desk.settings = desk.settings.model_copy(update={"operator_email": ""})
    record_failure(desk, account, Direction.INBOUND, REFUSED)
    assert health(desk, account).state == HealthState.DOWN
    assert told(desk) == []


def test_an_error_that_the_database_cannot_hold_is_cleaned_g6(desk: Desk, account: Account) -> None:
    record_failure(desk, account, Direction.INBOUND, ConnectionFailedError("bad \x00 greeting \udcfe"))
    assert health(desk, account).cause == "ConnectionFailedError: bad  greeting ?"


WAITS = [
    ("out for the first time", OUT, 1, timedelta(seconds=5)),
    ("out for the third time", OUT, 3, timedelta(seconds=20)),
    ("out for a day", OUT, 300, timedelta(minutes=5)),
    ("refused for the first time", REFUSED, 1, timedelta(seconds=5)),
    ("refused for the second time", REFUSED, 2, timedelta(seconds=10)),
    ("refused for the third time", REFUSED, 3, timedelta(minutes=15)),
    ("refused for a day", REFUSED, 300, timedelta(minutes=15)),
    ("the wait the other side asked for, exactly (G11)", SLOW_DOWN, 1, timedelta(seconds=120)),
    ("however often", SLOW_DOWN, 50, timedelta(seconds=120)),
]


@pytest.mark.parametrize(("label", "error", "failures", "wait"), WAITS, ids=[row[0] for row in WAITS])
def test_an_account_that_fails_is_left_alone(
    label: str, error: DeskError, failures: int, wait: timedelta
) -> None:
    assert wait_after(error, failures) == wait


def test_the_wait_is_kept_with_the_account(desk: Desk, account: Account) -> None:
    until = record_failure(desk, account, Direction.INBOUND, SLOW_DOWN)
    assert until == desk.now() + timedelta(seconds=120) == health(desk, account).not_before


def test_an_account_that_was_only_tried_is_removed_with_its_health(desk: Desk, account: Account) -> None:
    record_failure(desk, account, Direction.INBOUND, REFUSED)
    channels.remove(desk, account)
    with desk.uow() as uow:
        assert (uow.accounts.all(), uow.health.all()) == ([], [])


def test_an_account_that_owes_a_notice_is_kept(desk: Desk, account: Account, clock: Clock) -> None:
    notice = Notification(
        medium=Medium.SMS,
        recipient=Urn("tel", "+905321112233"),
        template=Template.OPTED_OUT,
        due_at=clock(),
        dedupe_key="k",
        account_id=account.id,
    )
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice)
        uow.commit()
    with pytest.raises(PermanentError, match="disable it"):
        channels.remove(desk, account)


def test_many_workers_may_be_the_first_to_say_how_an_account_does(desk: Desk, account: Account) -> None:
    """Two threads that both sent a first SMS must not fail for it, and so send it again."""
    with ThreadPoolExecutor(8) as pool:
        works = [pool.submit(record_success, desk, account, Direction.OUTBOUND) for _ in range(32)]
        for work in works:
            work.result()
    assert health(desk, account, Direction.OUTBOUND).state == HealthState.OK
