"""Processes of an earlier run that outlived it, because what watched over them was killed.

Every process started by a supervisor of ours carries the run's folder in its environment, whatever became of
its parents since; that is how they are found again, and nothing else is ever touched.
"""

import signal
from pathlib import Path

import psutil

MARK = "BEYAZMASA_RUN"
SUPERVISOR = "pipeline.overseer"
"""The module that supervisord runs as."""
_SUPERVISORS = {SUPERVISOR, "supervisor.supervisord"}  # the second in releases before
_SERVERS = {"postgres": signal.SIGINT, "valkey-server": signal.SIGTERM}
_PATIENCE = 30.0
"""Seconds a process may take to end by itself before it is killed."""


def find(run_dir: Path) -> list[psutil.Process]:
    """The processes of earlier runs with this folder, this process excepted."""
    return [p for p in psutil.process_iter() if mark_of(p) == str(run_dir) and p.pid != psutil.Process().pid]


def mark_of(process: psutil.Process) -> str | None:
    """The folder of the run a process belongs to, None for a stranger."""
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def end(run_dir: Path) -> int:
    """End what is left of earlier runs: a supervisor first, then programs, then servers. Returns how many."""
    found = find(run_dir)
    _end([p for p in found if _is_supervisor(p)], patience=3 * _PATIENCE)
    while programs := _roots([p for p in find(run_dir) if _name(p) not in _SERVERS]):
        _end(programs)
    while servers := _roots(find(run_dir)):
        _end(servers)
    return len(found)


def _roots(processes: list[psutil.Process]) -> list[psutil.Process]:
    # A parent passes the signal on, and dramatiq's workers drop their work at the second one.
    pids = {p.pid for p in processes}
    return [p for p in processes if _parent(p) not in pids]


def _end(processes: list[psutil.Process], patience: float = _PATIENCE) -> None:
    for process in processes:
        _signal(process, _SERVERS.get(_name(process), signal.SIGTERM))
    _, alive = psutil.wait_procs(processes, timeout=patience)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=patience)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _is_supervisor(process: psutil.Process) -> bool:
    try:
        return not _SUPERVISORS.isdisjoint(process.cmdline())
    except psutil.Error:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.Error:
        return 0
