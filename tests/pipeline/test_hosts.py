"""Several hosts, each with a `beyazmasa connectors`: one reads an account, another goes on when it dies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from config.settings import Settings
from domain.vocabulary import Channel
from pipeline import channels
from pipeline.desk import Desk
from pipeline.holder import holder
from store.records import Account
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.processes import wait_until

MAIL = b"From: ayse@posta.example\r\nMessage-ID: <%d@posta.example>\r\nSubject: Lamba\r\n\r\nYanmiyor.\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def live_desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk on the real clock."""
    made = Desk(desk_settings)
    yield made
    made.engine.dispose()


def mailbox(desk: Desk, dovecot: Dovecot, user: str) -> Account:
    given = {"host": "127.0.0.1", "port": str(dovecot.port), "security": "none", "username": user}
    return channels.add(desk, Channel.EMAIL, user, given | {"password": PASSWORD})


def stored(desk: Desk, account: Account) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id)


def is_over(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


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
    account = mailbox(live_desk, dovecot, "devir")
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
    account = mailbox(live_desk, dovecot, "donus")
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
