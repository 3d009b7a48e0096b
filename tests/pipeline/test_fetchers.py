"""The processes that read accounts: one each, watched, replaced, and never two for one account."""

import os
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest

from config.settings import Settings
from domain.vocabulary import Channel, Direction, HealthState
from pipeline import channels, fetchers
from pipeline.desk import Desk
from pipeline.fetchers import Fetchers
from store.models import AccountHealth
from store.records import Account
from tests.pipeline.sources import impatient_email
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.processes import wait_until
from tests.servers.silent_imap import SilentImap

# From Python 3.12 on, forking beside a test server's thread is warned of; the program itself has none then.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
MAIL = b"From: ayse@posta.example\r\nMessage-ID: <%d@posta.example>\r\nSubject: Lamba\r\n\r\nYanmiyor.\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def silent_server() -> Iterator[SilentImap]:
    """A server that takes connections and never answers."""
    server = SilentImap()
    yield server
    server.close()


@pytest.fixture
def live_desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk on the real clock, as the forked processes have it."""
    made = Desk(desk_settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def keeper(live_desk: Desk) -> Iterator[Fetchers]:
    """One host's fetchers, ticked by the test."""
    made = Fetchers(live_desk, "host-a")
    yield made
    made.end_all()


def mailbox(desk: Desk, port: int, user: str, **more: str) -> Account:
    given = {"host": "127.0.0.1", "port": str(port), "security": "none", "username": user}
    return channels.add(desk, Channel.EMAIL, user, given | {"password": PASSWORD} | more)


def until(keeper: Fetchers, condition: Callable[[], bool], what: str) -> None:
    """Tick, as `run` does, until something is so."""

    def ticked() -> bool:
        keeper.tick()
        return condition()

    wait_until(ticked, what)


def stored(desk: Desk, account: Account) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id)


def health(desk: Desk, account: Account) -> AccountHealth | None:
    with desk.uow() as uow:
        return uow.health.get(account.id, Direction.INBOUND)


def is_over(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.servers
def test_each_polled_account_has_a_process_and_nobody_else(
    live_desk: Desk, keeper: Fetchers, dovecot: Dovecot
) -> None:
    one, two = mailbox(live_desk, dovecot.port, "bir"), mailbox(live_desk, dovecot.port, "iki")
    off = mailbox(live_desk, dovecot.port, "kapali")
    channels.enable(live_desk, off, False)
    channels.add(live_desk, Channel.EMAIL, "boru", {})  # is handed its mail, and not polled
    keeper.tick()
    assert set(keeper.pids()) == {one.id, two.id}
    dovecot.deliver("bir", [MAIL % 1])
    dovecot.deliver("iki", [MAIL % 1, MAIL % 2])
    until(keeper, lambda: (stored(live_desk, one), stored(live_desk, two)) == (1, 2), "the mails")


@pytest.mark.servers
def test_an_account_that_is_switched_off_is_let_go_and_taken_up_again(
    live_desk: Desk, keeper: Fetchers, dovecot: Dovecot
) -> None:
    account = mailbox(live_desk, dovecot.port, "ara")
    keeper.tick()
    [pid] = keeper.pids().values()
    channels.enable(live_desk, account, False)
    keeper.tick()
    assert keeper.pids() == {}
    assert is_over(pid)
    channels.enable(live_desk, account, True)
    keeper.tick()
    assert set(keeper.pids()) == {account.id}


@pytest.mark.servers
def test_a_reader_that_saw_the_switch_before_its_keeper_leaves_no_lease_behind(
    live_desk: Desk, keeper: Fetchers, dovecot: Dovecot
) -> None:
    account = mailbox(live_desk, dovecot.port, "kapanan")
    keeper.tick()
    [pid] = keeper.pids().values()
    channels.enable(live_desk, account, False)
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: is_over(pid), "the end of the reader")
    keeper.tick()
    with live_desk.uow() as uow:
        name = fetchers.lease_name(account.id)
        assert uow.leases.take(name, "host-b", live_desk.now(), fetchers.LEASE)


@pytest.mark.kill
@pytest.mark.servers
def test_a_killed_one_comes_back_and_no_other_notices(
    live_desk: Desk, keeper: Fetchers, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetchers, "RESTART_SECONDS", 0.1)
    one, two = mailbox(live_desk, dovecot.port, "olen"), mailbox(live_desk, dovecot.port, "kalan")
    keeper.tick()
    before = keeper.pids()
    os.kill(before[one.id], signal.SIGKILL)
    until(keeper, lambda: keeper.pids().get(one.id, before[one.id]) != before[one.id], "its successor")
    assert keeper.pids()[two.id] == before[two.id]
    found = health(live_desk, one)
    assert found is not None
    assert "its reader broke down" in (found.cause or "")
    dovecot.deliver("olen", [MAIL % 1])
    until(keeper, lambda: stored(live_desk, one) == 1, "its mail")


@pytest.mark.kill
@pytest.mark.servers
def test_a_hung_server_is_left_by_the_watchdog_and_delays_no_other_account(
    live_desk: Desk,
    keeper: Fetchers,
    dovecot: Dovecot,
    silent_server: SilentImap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G8, test 7: even where a deadline of ours should fail, somebody notices; the other account reads on."""
    impatient_email(monkeypatch)
    hung = mailbox(live_desk, silent_server.port, "asili", timeout_seconds="120")
    well = mailbox(live_desk, dovecot.port, "saglam")
    keeper.tick()
    before = keeper.pids()
    dovecot.deliver("saglam", [MAIL % 1])
    until(keeper, lambda: stored(live_desk, well) == 1, "the other account's mail")
    until(keeper, lambda: hung.id not in keeper.pids(), "the watchdog")
    assert is_over(before[hung.id])
    found = health(live_desk, hung)
    assert found is not None
    assert found.state == HealthState.DEGRADED
    assert "nothing was heard of its reader for 3 s" in (found.cause or "")
    dovecot.deliver("saglam", [MAIL % 2])
    until(keeper, lambda: stored(live_desk, well) == 2, "its next mail")
    assert keeper.pids()[well.id] == before[well.id]


@pytest.mark.servers
def test_two_hosts_share_the_accounts_and_none_is_read_twice(
    live_desk: Desk, keeper: Fetchers, dovecot: Dovecot
) -> None:
    """G7, test 23: a lease an account, over all hosts."""
    other = Fetchers(live_desk, "host-b")
    try:
        first = mailbox(live_desk, dovecot.port, "birinci")
        keeper.tick()
        second = mailbox(live_desk, dovecot.port, "ikinci")
        other.tick()
        keeper.tick()
        assert (set(keeper.pids()), set(other.pids())) == ({first.id}, {second.id})
        keeper.end_all()
        other.tick()
        assert set(other.pids()) == {first.id, second.id}
    finally:
        other.end_all()


@pytest.mark.servers
def test_who_lost_the_lease_ends_its_reader(live_desk: Desk, keeper: Fetchers, dovecot: Dovecot) -> None:
    account = mailbox(live_desk, dovecot.port, "kayip")
    keeper.tick()
    [pid] = keeper.pids().values()
    with live_desk.uow() as uow:
        uow.leases.release(fetchers.lease_name(account.id), "host-a")
        uow.leases.take(fetchers.lease_name(account.id), "host-b", live_desk.now(), fetchers.LEASE)
        uow.commit()
    dovecot.deliver("kayip", [MAIL % 1])
    until(keeper, lambda: is_over(pid), "the end of its reader")
    keeper.tick()
    assert keeper.pids() == {}
    assert stored(live_desk, account) == 0
    found = health(live_desk, account)
    assert found is None or found.state == HealthState.OK


def test_an_account_nobody_can_open_says_so_in_its_health(live_desk: Desk, keeper: Fetchers) -> None:
    with live_desk.uow() as uow:
        added = uow.accounts.add("email", "kilitli", {}, "no ciphertext", "lost", live_desk.now())
        uow.commit()

    def down() -> bool:
        found = health(live_desk, added)
        return found is not None and found.state == HealthState.DOWN

    until(keeper, down, "its health")
    found = health(live_desk, added)
    assert found is not None
    assert "CREDENTIAL_KEYS" in (found.cause or "")
