"""dramatiq under the supervisor: neither a killed worker nor a killed master leaves half a crew behind."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.settings import Settings
from pipeline import leftovers
from pipeline.awaiting import await_servers
from pipeline.supervision import Supervisor
from tests.servers.processes import wait_until

LINE = f"dramatiq quiet_actors --path {Path(__file__).parent / 'samples'} --processes 2 --threads 1"
READY = "Worker process is ready for action"


@pytest.fixture
def supervisor(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor whose only program is a dramatiq with two workers on the embedded Valkey, all at work."""
    monkeypatch.chdir(tmp_path)
    begun = Supervisor.start(settings, programs={"worker": LINE})
    try:
        await_servers(settings, begun)
        begun.start_programs()
        log = settings.var_dir / "log" / "worker.log"
        wait_until(lambda: log.read_text().count(READY) == 2, f"two workers: {log}")
        yield begun
    finally:
        leftovers.end(settings.run_dir)
    assert not begun.alive()


def master(supervisor: Supervisor) -> psutil.Process:
    return psutil.Process(supervisor.states()["worker"].pid)


@pytest.mark.kill
@pytest.mark.parametrize("victim", ["a worker", "the master"])
def test_whoever_is_killed_the_whole_crew_is_replaced(
    supervisor: Supervisor, settings: Settings, victim: str
) -> None:
    before = master(supervisor)
    crew = [before, *before.children(recursive=True)]
    before.kill() if victim == "the master" else workers(before)[0].kill()
    log = settings.var_dir / "log" / "worker.log"
    wait_until(lambda: log.read_text().count(READY) == 4, f"two new workers: {log}")
    wait_until(lambda: not any(p.is_running() for p in crew), "the old crew to leave")
    assert len(workers(master(supervisor))) == 2


def workers(parent: psutil.Process) -> list[psutil.Process]:
    """The worker processes of a dramatiq master; multiprocessing's resource tracker is another child."""
    return [p for p in parent.children() if "tracker" not in " ".join(p.cmdline())]


def test_a_parent_that_is_gone_already_ends_its_child_at_once() -> None:
    code = "from pipeline.orphans import end_with_parent; end_with_parent(1 << 22); print('still here')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-15, "")


@pytest.mark.kill
def test_the_processes_that_fetch_end_when_the_one_that_keeps_them_is_killed(tmp_path: Path) -> None:
    code = (
        "import multiprocessing, os, time\n"
        "from pipeline.orphans import end_with_master\n"
        "def child():\n    end_with_master(); print(os.getpid(), flush=True); time.sleep(1000)\n"
        "multiprocessing.get_context('fork').Process(target=child).start(); time.sleep(1000)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        child = psutil.Process(int(keeper.stdout.readline()))
        keeper.kill()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "its end")
