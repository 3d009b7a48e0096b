"""The processes that read accounts: one each, watched, replaced, and never two for one account."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from config.settings import Settings
from domain.vocabulary import Channel, Direction, HealthState
from pipeline import channels, fetchers
from pipeline.desk import Desk
from pipeline.fetchers import Fetchers
from pipeline.holder import holder
from store.models import AccountHealth
from store.records import Account
from tests.pipeline.sources import impatient_email
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.processes import wait_until
from tests.servers.silent_imap import SilentImap

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


class Host:
    """A `beyazmasa connectors` of its own folder, as on a host of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("beyazmasa")), "connectors"]
        self._folder.mkdir(exist_ok=True)
        environment = os.environ | {"VAR_DIR": str(self._folder / "var")}
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self._folder, env=environment, stderr=log)
        return self.process

    def readers(self) -> list[int]:
        try:
            return [child.pid for child in psutil.Process(self.process.pid).children()]
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def hosts(tmp_path: Path, desk_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Host]]:
    """Two hosts of one deployment: one database, one set of keys, a folder each."""
    keys = desk_settings.credential_keys.get_secret_value()
    monkeypatch.setenv("CREDENTIAL_KEYS", keys)
    begun: list[Host] = []
    yield begun
    for host in begun:
        host.process.terminate()
        host.process.wait(30)


@pytest.mark.kill
@pytest.mark.servers
def test_another_host_takes_over_when_the_lease_of_a_killed_one_ends(
    live_desk: Desk, dovecot: Dovecot, hosts: list[Host], tmp_path: Path
) -> None:
    """Test 23: while the lease lasts nobody else reads; the killed host's reader dies with it."""
    account = mailbox(live_desk, dovecot.port, "devir")
    hosts.append(Host(tmp_path / "a"))
    wait_until(lambda: len(hosts[0].readers()) == 1, "the first host's reader")
    [reader] = hosts[0].readers()
    hosts.append(Host(tmp_path / "b"))
    dovecot.deliver("devir", [MAIL % 1])
    wait_until(lambda: stored(live_desk, account) == 1, "the first mail")
    hosts[0].kill()
    wait_until(lambda: is_over(reader), "the end of its reader")
    dovecot.deliver("devir", [MAIL % 2])
    assert hosts[1].readers() == []
    with psycopg.connect(live_desk.settings.database) as connection:  # a minute passes
        connection.execute("UPDATE leases SET expires_at = now() - interval '1 second'")
    wait_until(lambda: len(hosts[1].readers()) == 1, "the second host's reader")
    wait_until(lambda: stored(live_desk, account) == 2, "the second mail")


@pytest.mark.kill
@pytest.mark.servers
def test_a_killed_host_goes_on_at_once_when_it_is_back(
    live_desk: Desk, dovecot: Dovecot, hosts: list[Host], tmp_path: Path
) -> None:
    account = mailbox(live_desk, dovecot.port, "donus")
    hosts.append(Host(tmp_path / "a"))
    wait_until(lambda: len(hosts[0].readers()) == 1, "its reader")
    hosts[0].kill()
    hosts[0].start()
    wait_until(lambda: len(hosts[0].readers()) == 1, "its new reader")
    dovecot.deliver("donus", [MAIL % 1])
    wait_until(lambda: stored(live_desk, account) == 1, "its mail")


def test_two_processes_of_one_folder_never_go_by_the_same_name(tmp_path: Path) -> None:
    stop = Event()
    with holder(tmp_path, stop) as first, holder(tmp_path, stop, patience=0) as second:
        assert first != second
    with holder(tmp_path, stop) as again:
        assert again == first
