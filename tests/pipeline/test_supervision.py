"""The supervisor: what dies comes back by itself, what lives is left alone, and nothing outlives its end."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.settings import Settings
from domain.errors import NotConfiguredError
from pipeline import leftovers
from pipeline.awaiting import await_servers
from pipeline.embedded.stale import processes_on
from pipeline.programs import procfile_programs, render
from pipeline.supervision import ProgramState, Supervisor
from tests.servers.processes import wait_until

PROGRAMS = {
    "web": "sleep 1000",
    "worker": "sh -c 'sleep 1001 & sleep 1002 & wait'",
    "clock": "sleep 1003",
}
Started = Callable[[dict[str, str]], Supervisor]


@pytest.fixture
def started(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Starts a supervisor with the embedded servers and these programs, all running; all ended afterwards."""
    monkeypatch.chdir(tmp_path)
    begun: list[Supervisor] = []

    def start(programs: dict[str, str]) -> Supervisor:
        begun.append(supervisor := Supervisor.start(settings, programs=programs))
        await_servers(settings, supervisor)
        supervisor.start_programs()
        wait_until(lambda: all(state.pid for state in supervisor.states().values()), "all programs")
        return supervisor

    try:
        yield start
    finally:
        leftovers.end(settings.run_dir)
    assert not any(supervisor.alive() for supervisor in begun)


def back(supervisor: Supervisor, before: ProgramState) -> Callable[[], bool]:
    def check() -> bool:
        now = supervisor.states().get(before.name, before)
        return now.pid not in (0, before.pid)

    return check


@pytest.mark.kill
def test_a_killed_program_comes_back_and_the_others_never_notice(started: Started) -> None:
    supervisor = started(PROGRAMS)
    for name in (*PROGRAMS, "postgres", "valkey"):
        before = supervisor.states()
        os.kill(before[name].pid, signal.SIGKILL)
        wait_until(back(supervisor, before[name]), f"{name} to come back")
        changed = {n for n, state in supervisor.states().items() if state.pid != before[n].pid}
        assert changed == {name}


@pytest.mark.kill
def test_a_killed_postgresql_comes_back_with_its_rows(started: Started, settings: Settings) -> None:
    supervisor = started({"clock": "sleep 1000"})
    with psycopg.connect(settings.database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        before = supervisor.states()["postgres"]
        os.kill(before.pid, signal.SIGKILL)
    wait_until(back(supervisor, before), "PostgreSQL to come back")
    await_servers(settings, supervisor)
    with psycopg.connect(settings.database) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


@pytest.mark.kill
def test_a_program_that_fails_at_once_is_tried_again_and_again_alone(
    started: Started, settings: Settings
) -> None:
    supervisor = started(PROGRAMS | {"broken": "sh -c 'echo out of order; exit 3'"})
    seen: set[int] = set()

    def failed_thrice() -> bool:
        seen.add(supervisor.states()["broken"].stopped_at)
        return len(seen - {0}) >= 3

    before = supervisor.states()
    wait_until(failed_thrice, "three failures")
    assert all(supervisor.states()[n].pid == before[n].pid for n in (*PROGRAMS, "postgres", "valkey"))
    assert "out of order" in (settings.var_dir / "log" / "broken.log").read_text()


@pytest.mark.kill
def test_when_the_supervisor_itself_is_killed_all_it_ran_is_found_and_ended(
    started: Started, settings: Settings
) -> None:
    supervisor = started(PROGRAMS)
    pids = [state.pid for state in supervisor.states().values()]
    alike = (p for p in leftovers.find(settings.run_dir) if leftovers.SUPERVISOR in p.cmdline())
    found = min(alike, key=lambda p: p.create_time())  # a child looks like it between fork and exec
    found.kill()
    found.wait()
    assert all(psutil.pid_exists(pid) for pid in pids), (
        "they outlive it, which is why they must be looked for"
    )
    assert leftovers.end(settings.run_dir) >= len(pids)
    assert leftovers.find(settings.run_dir) == []
    assert processes_on(settings.var_dir / "postgres") == []


@pytest.mark.kill
def test_on_a_full_disk_which_takes_no_log_it_still_brings_back_what_dies(
    started: Started, settings: Settings
) -> None:
    logs = settings.var_dir / "log"
    logs.mkdir(parents=True)
    for name in ("supervisord.out", "supervisord.log", "talker.log"):
        (logs / name).symlink_to("/dev/full")
    supervisor = started({"talker": "sh -c 'echo said; exec sleep 1000'"})
    for _ in range(2):
        before = supervisor.states()["talker"]
        os.kill(before.pid, signal.SIGKILL)
        wait_until(back(supervisor, before), "the talker to come back")


def test_stopping_leaves_no_process_and_data_that_open_again(started: Started, settings: Settings) -> None:
    started(PROGRAMS)
    leftovers.end(settings.run_dir)
    assert leftovers.find(settings.run_dir) == []
    log = (settings.var_dir / "log" / "postgres.log").read_text()
    assert "database system is shut down" in log
    started(PROGRAMS)
    assert "not properly shut down" not in (settings.var_dir / "log" / "postgres.log").read_text()


def test_a_program_that_ignores_sigterm_is_ended_by_force_with_its_children(
    started: Started, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.programs._GRACE", 1)
    stubborn = 'sh -c \'trap "" TERM; (trap "" TERM; sleep 1004) & while :; do sleep 1005; done\''
    started({"stubborn": stubborn})
    leftovers.end(settings.run_dir)
    assert leftovers.find(settings.run_dir) == []


def test_a_procfile_line_runs_as_in_a_shell(started: Started, settings: Settings) -> None:
    line = """sh -c 'echo "${WORKER_PROCESSES:-none} 100% %(here)s $0"; exec sleep 1000' "it's" """
    started({"odd": line})
    log = settings.var_dir / "log" / "odd.log"
    wait_until(lambda: log.read_text() != "", "its line")
    assert log.read_text() == "2 100% %(here)s it's\n"


@pytest.mark.parametrize("line", ["sleep 1 ; sleep 2", "sleep 1 # why"])
def test_a_procfile_line_that_supervisord_would_cut_short_is_refused(settings: Settings, line: str) -> None:
    with pytest.raises(NotConfiguredError, match="Procfile's line of program:odd"):
        render(settings, {"odd": line}, {}, "")


def test_configured_servers_are_not_started(desk_settings: Settings) -> None:
    from pipeline.programs import embedded_programs

    assert embedded_programs(desk_settings) == {}


def test_the_procfile_lists_the_six_processes_of_the_desk() -> None:
    root = Path(__file__).parents[2]
    names = list(procfile_programs(root / "Procfile"))
    assert names == ["web", "connectors", "worker", "documents", "notifier", "clock"]


def test_a_folder_without_a_procfile_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfiguredError, match=r"no .*Procfile here"):
        procfile_programs(tmp_path / "Procfile")
