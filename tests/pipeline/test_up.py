"""`make run` as its user sees it: up, down, up again on the same data, and one clear line when it cannot."""

import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.settings import Settings
from config.sockets import postgres_url
from pipeline import leftovers
from tests.pipeline.running import RUNNING, Folder, Up
from tests.servers.processes import wait_until

Begin = Callable[..., Up]


@pytest.fixture
def begin(settings: Settings) -> Iterator[Begin]:
    """Starts `beyazmasa up` in a folder; whatever is left of it is ended after the test."""
    begun: list[tuple[Folder, Up]] = []

    def start(folder: Folder, *prefix: str) -> Up:
        begun.append((folder, Up(folder, *prefix)))
        return begun[-1][1]

    yield start
    for folder, up in begun:
        up.end(signal.SIGTERM)
        leftovers.end(folder.run_dir)


def units(folder: Folder) -> int:
    with psycopg.connect(postgres_url(folder.run_dir / "postgres", "beyazmasa")) as connection:
        row = connection.execute("SELECT count(*) FROM units").fetchone()
        assert row is not None
        return int(row[0])


def secrets_of(folder: Folder) -> dict[str, str]:
    return {p.name: p.read_text() for p in (folder.path / "var" / "secrets").iterdir()}


def test_it_stops_cleanly_and_starts_again_on_its_data_and_secrets_which_it_never_prints(
    begin: Begin, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    first = begin(folder).until(RUNNING)
    before = (units(folder), secrets_of(folder))
    assert f"http://127.0.0.1:{folder.port}/" in first.said
    assert first.end(signal.SIGINT) == 0
    assert leftovers.find(folder.run_dir) == []
    second = begin(folder).until(RUNNING)
    assert (units(folder), secrets_of(folder)) == before
    assert "Önceki çalışmadan" not in second.said
    assert second.end(signal.SIGTERM) == 0
    assert leftovers.find(folder.run_dir) == []
    logs = "".join(p.read_text() for p in (tmp_path / "var" / "log").iterdir())
    assert not any(secret in first.said + second.said + logs for secret in before[1].values())


def test_under_nohup_it_outlives_its_terminal_and_whoever_starts_another_is_told_of_it(
    begin: Begin, tmp_path: Path
) -> None:
    folder, other = Folder(tmp_path / "first"), Folder(tmp_path / "second")
    up = begin(folder, "nohup").until(RUNNING)
    up.process.send_signal(signal.SIGHUP)
    again = begin(folder)
    assert again.wait() == 1
    assert f"zaten çalışıyor (pid {up.process.pid}): http://127.0.0.1:{folder.port}" in again.said
    other.variables["WEB_PORT"] = folder.variables["WEB_PORT"]
    beside = begin(other)
    assert beside.wait() == 1
    assert f"{folder.run_dir} klasöründeki Beyaz Masa" in beside.said
    assert "WEB_PORT" in beside.said
    assert leftovers.find(other.run_dir) == []
    assert up.process.poll() is None


def test_ctrl_c_before_everything_is_up_leaves_nothing_behind(begin: Begin, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    up = begin(folder)
    wait_until(lambda: bool(leftovers.find(folder.run_dir)), "the first process")
    assert up.end() == 0
    assert leftovers.find(folder.run_dir) == []


@pytest.mark.kill
def test_after_a_sigkill_of_the_supervisor_it_stops_everything_and_says_so(
    begin: Begin, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    up = begin(folder).until(RUNNING)
    (supervisor,) = (p for p in leftovers.find(folder.run_dir) if leftovers.SUPERVISOR in p.cmdline())
    supervisor.kill()
    assert up.wait() == 1
    assert "supervisord beklenmedik biçimde durdu" in up.said
    assert leftovers.find(folder.run_dir) == []


def sleepers(folder: Folder) -> list[psutil.Process]:
    return [p for p in leftovers.find(folder.run_dir) if p.name() == "sleep"]


@pytest.mark.kill
def test_it_brings_killed_programs_back_and_when_it_is_killed_itself_the_next_start_takes_over(
    begin: Begin, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    up = begin(folder).until(RUNNING)
    wait_until(lambda: bool(sleepers(folder)), "the clock's program, which is another's before its exec")
    sleepers(folder)[0].kill()
    up.until("clock durdu ve yeniden başlatıldı").end(signal.SIGKILL)
    old = leftovers.find(folder.run_dir)
    socket.create_connection(("127.0.0.1", folder.port), timeout=10).close()
    heir = begin(folder).until(RUNNING)
    assert "Önceki çalışmadan kalan" in heir.said
    assert not any(process.is_running() for process in old)
    assert heir.end(signal.SIGHUP) == 0
    assert leftovers.find(folder.run_dir) == []


def test_a_port_taken_by_a_stranger_names_port_program_and_setting(begin: Begin, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with socket.create_server(("127.0.0.1", folder.port)):
        up = begin(folder)
        assert up.wait() == 1
    holder = psutil.Process()
    assert f"{folder.port} numaralı port dolu: {holder.name()} (pid {holder.pid})" in up.said
    assert "WEB_PORT" in up.said


def test_a_web_process_that_never_starts_ends_with_its_own_last_words(begin: Begin, tmp_path: Path) -> None:
    folder = Folder(tmp_path, "web: sh -c 'echo no such setting; exit 3'\n")
    up = begin(folder)
    assert up.wait() == 1
    assert "web başlamıyor: no such setting" in up.said
    assert leftovers.find(folder.run_dir) == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgresql://desk@/none?host=/nonexistent"),
        ("REDIS_URL", "unix:///nonexistent.sock"),
    ],
)
def test_a_configured_server_out_of_reach_is_named(
    begin: Begin, tmp_path: Path, variable: str, value: str
) -> None:
    folder = Folder(tmp_path, **{variable: value})
    up = begin(folder)
    assert up.wait() == 1
    assert f"{variable} ayarını denetleyin" in up.said
    assert "Traceback" not in up.said
    assert leftovers.find(folder.run_dir) == []
