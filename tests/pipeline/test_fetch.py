"""Reading a polled account: stored before its source is told, once, by one reader, however ill it is."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from config.accounts import seal
from domain.errors import ConnectionFailedError, CredentialsRejectedError, ThrottledError
from domain.messages import Place
from domain.vocabulary import Direction, HealthState
from pipeline.accept import LeaseLostError
from pipeline.desk import Desk
from pipeline.fetch import LONGEST_NAP, Reader, fetch_once
from pipeline.fetchers import lease_name
from store.models import AccountHealth
from store.records import Account
from tests.fakes import Clock, make_message
from tests.pipeline.sources import Outage, Source, SourceSettings, SteppedStop, install, raising
from tests.servers.postgres import PostgresServer

ME = "host-a"


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """What every account reads."""
    return install(monkeypatch, Source())


@pytest.fixture
def account(desk: Desk, source: Source) -> Account:
    """An account that this host holds the lease of for a day."""
    readable, secrets = seal(SourceSettings(token=SecretStr("eski")), desk.keyring)
    with desk.uow() as uow:
        added = uow.accounts.add("email", "posta", readable, secrets, desk.keyring.key_id, desk.now())
        uow.leases.take(lease_name(added.id), ME, desk.now(), timedelta(days=1))
        uow.commit()
    return added


@pytest.fixture
def outage(postgres_server: PostgresServer) -> Iterator[Outage]:
    """Kills the database once, when it is called; it comes back by itself."""
    made = Outage(postgres_server)
    yield made
    made.end()


def lease(account: Account) -> tuple[str, str]:
    return lease_name(account.id), ME


def take_the_lease_away(desk: Desk, account: Account) -> None:
    with desk.uow() as uow:
        uow.leases.release(*lease(account))
        uow.leases.take(lease_name(account.id), "host-b", desk.now(), timedelta(days=1))
        uow.commit()


def stored(desk: Desk, account: Account) -> tuple[int, str]:
    """How many messages the account has brought, and its cursor."""
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id), uow.accounts.cursor(account.id)


def health(desk: Desk, account: Account) -> AccountHealth | None:
    with desk.uow() as uow:
        return uow.health.get(account.id, Direction.INBOUND)


def read(desk: Desk, account: Account, clock: Clock, *, blink: float = 0.0, **how_long: float) -> None:
    """Let a reader work until the stepped clock is that much later; an hour passes in no time."""
    stop = SteppedStop(clock, blink=blink, **how_long)
    Reader(desk, account.id, lease(account), stop, lambda: None).run()


def test_one_poll_goes_on_where_the_last_one_ended(desk: Desk, account: Account, source: Source) -> None:
    source.fill(25)
    assert [fetch_once(desk, account, source, lease(account)) for _ in range(3)] == [True, True, False]
    assert source.polls == ["", "10", "20"]
    assert stored(desk, account) == (25, "25")
    assert [len(handles) for handles in source.acknowledged] == [10, 10, 5]


def test_one_message_the_database_refuses_is_quarantined_and_does_not_hold_its_account_up(
    desk: Desk, account: Account, source: Source
) -> None:
    """G4: it is stored whole, its siblings are stored, and the cursor goes past it."""
    source.fill(5)
    source.messages[2] = make_message(raw=b"bad", place=Place(latitude=float("nan")))  # no JSON has NaN
    fetch_once(desk, account, source, lease(account))
    assert stored(desk, account) == (5, "5")
    assert len(source.acknowledged[0]) == 5
    with desk.uow() as uow:
        ((_, refused),) = uow.quarantine.waiting()
    assert desk.blobs.get(refused.raw_sha256) == b"bad"


def test_a_reader_that_lost_its_lease_sets_nothing_aside_either(
    desk: Desk, account: Account, source: Source
) -> None:
    source.messages = [make_message(raw=b"bad", place=Place(latitude=float("nan")))]
    source.before = [lambda: take_the_lease_away(desk, account)]
    with pytest.raises(LeaseLostError):
        fetch_once(desk, account, source, lease(account))
    assert stored(desk, account) == (0, "")


def test_the_source_is_told_after_the_commit_only_g1(desk: Desk, account: Account, source: Source) -> None:
    source.fill(3)
    seen: list[tuple[int, str]] = []
    source.on_acknowledge = lambda: seen.append(stored(desk, account))
    fetch_once(desk, account, source, lease(account))
    assert seen == [(3, "3")]


def test_a_source_that_cannot_be_told_offers_the_same_again_and_it_is_stored_once(
    desk: Desk, account: Account, source: Source
) -> None:
    source.fill(3)
    source.on_acknowledge = raising(ConnectionFailedError("gone"))
    fetch_once(desk, account, source, lease(account))
    with desk.uow() as uow:
        uow.accounts.move_cursor(account.id, "", desk.now())
        uow.commit()
    fetch_once(desk, account, source, lease(account))
    assert stored(desk, account) == (3, "3")


def test_without_the_lease_the_source_is_not_even_asked(desk: Desk, account: Account, source: Source) -> None:
    source.fill(3)
    take_the_lease_away(desk, account)
    with pytest.raises(LeaseLostError):
        fetch_once(desk, account, source, lease(account))
    assert source.polls == []


def test_a_reader_that_slept_through_its_lease_stores_nothing(
    desk: Desk, account: Account, source: Source
) -> None:
    """G7, test 23: another host has read it meanwhile, and its cursor must not be set back."""
    source.fill(3)
    source.before = [lambda: take_the_lease_away(desk, account)]
    with pytest.raises(LeaseLostError):
        fetch_once(desk, account, source, lease(account))
    assert stored(desk, account) == (0, "")
    assert source.acknowledged == []


def test_a_reader_without_its_lease_ends_even_when_nothing_comes(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    source.before = [lambda: None, lambda: take_the_lease_away(desk, account)]
    read(desk, account, clock, days=2)
    assert len(source.polls) == 2
    assert source.closed == 1


def test_a_reader_whose_account_is_switched_off_ends(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    def switch_off() -> None:
        with desk.uow() as uow:
            uow.accounts.enable(account.id, False)
            uow.commit()

    source.before = [switch_off]
    read(desk, account, clock, hours=1)
    assert len(source.polls) == 1


def test_a_replaced_token_is_stored_though_the_poll_fails(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    """Test 29: the old token is dead from the moment the new one is given."""
    source.rotated = {"token": "yeni"}
    source.before = [raising(ConnectionFailedError("cut off"))]
    with pytest.raises(ConnectionFailedError):
        fetch_once(desk, account, source, lease(account))
    assert secrets(desk, account) == {"token": "yeni"}


def secrets(desk: Desk, account: Account) -> dict[str, str]:
    with desk.uow() as uow:
        found = uow.accounts.get(account.id)
    assert found is not None
    assert found.secrets is not None
    opened: dict[str, str] = json.loads(desk.keyring.decrypt(found.secrets))
    return opened


@pytest.mark.kill
def test_a_replaced_token_waits_for_a_database_that_died_at_that_moment(
    desk: Desk, account: Account, source: Source, outage: Outage
) -> None:
    source.rotated = {"token": "yeni"}
    source.before = [outage]
    fetch_once(desk, account, source, lease(account))
    assert secrets(desk, account) == {"token": "yeni"}


@pytest.mark.kill
def test_a_database_that_dies_is_nobodys_illness_and_reading_goes_on(
    desk: Desk, account: Account, source: Source, clock: Clock, outage: Outage
) -> None:
    """Test 2: nothing is lost, nothing is stored twice, and no operator is told that the mailbox is ill."""
    source.fill(25)
    source.before = [lambda: None, outage]
    read(desk, account, clock, blink=0.01, hours=2)
    assert stored(desk, account) == (25, "25")
    found = health(desk, account)
    assert found is not None
    assert (found.state, found.failures) == (HealthState.OK, 0)


def test_an_hour_of_refusals_is_a_handful_of_tries_whoever_starts_anew(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    """Test 9: a wrong password is not tried until the provider locks the account, not even by restarts."""
    source.before = [raising(CredentialsRejectedError("wrong password"))] * 1000
    read(desk, account, clock, hours=1)
    assert len(source.polls) <= 7
    for _ in range(60):
        read(desk, account, clock, minutes=1)
    assert len(source.polls) <= 7 + 4


def test_it_recovers_by_itself(desk: Desk, account: Account, source: Source, clock: Clock) -> None:
    source.fill(3)
    source.before = [raising(CredentialsRejectedError("temporarily so"))] * 3
    read(desk, account, clock, hours=1)
    assert stored(desk, account) == (3, "3")
    found = health(desk, account)
    assert found is not None
    assert found.state == HealthState.OK


def test_what_somebody_mends_is_seen_without_a_restart(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    def mend() -> None:
        with desk.uow() as uow:
            _, sealed = seal(SourceSettings(token=SecretStr("doğru")), desk.keyring)
            uow.accounts.replace_secrets(account.id, sealed or "", desk.keyring.key_id)
            uow.commit()
        raise CredentialsRejectedError("wrong token")

    source.before = [mend]
    read(desk, account, clock, minutes=5)
    assert source.tokens == ["eski", "doğru"]


@pytest.mark.parametrize("seconds", [7, 120, 900])
def test_a_source_that_asks_for_a_wait_gets_it_exactly(
    desk: Desk, account: Account, source: Source, clock: Clock, seconds: int
) -> None:
    """G11, test 26: not earlier, and not much later."""
    asked_at = []
    source.before = [
        raising(ThrottledError("slow down", retry_after=timedelta(seconds=seconds))),
        lambda: asked_at.append(clock()),
    ]
    began = clock()
    read(desk, account, clock, hours=2)
    assert timedelta(seconds=seconds) <= asked_at[0] - began <= timedelta(seconds=seconds + LONGEST_NAP)


def test_a_connector_that_breaks_says_so_and_is_tried_again(
    desk: Desk, account: Account, source: Source, clock: Clock
) -> None:
    """G4: a fault of ours is the account's bad health, never a silent stop."""
    source.fill(3)
    causes: list[str | None] = []

    def note() -> None:
        found = health(desk, account)
        causes.append(found.cause if found else None)

    source.before = [raising(KeyError("no such field")), note]
    read(desk, account, clock, minutes=5)
    assert causes == ["TransientError: the connector broke: KeyError"]
    assert stored(desk, account) == (3, "3")
