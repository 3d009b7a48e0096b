"""What a killed PostgreSQL leaves: a lock file with its pid, and backends that take a moment to go.

After a reboot or in a restarted container that pid may be another program's, and PostgreSQL would refuse to
start for ever; so whether a server is alive is asked of the processes, not of the file.
"""

from pathlib import Path

import psutil

from domain.errors import NotConfiguredError

_LEAVING = 30.0
"""Seconds that backends without a postmaster may take to notice it; they do so at once unless stuck."""


def clear_stale_lock(data: Path) -> None:
    """Remove the lock file of a dead server. Raises NotConfiguredError when a server is alive on the data."""
    lock = data / "postmaster.pid"
    processes = processes_on(data)
    if any(p.pid == _pid_in(lock) for p in processes):
        raise NotConfiguredError(f"PostgreSQL is already running on {data} (pid {_pid_in(lock)})")
    _, stuck = psutil.wait_procs(processes, timeout=_LEAVING)
    if stuck:
        raise NotConfiguredError(f"PostgreSQL processes are left on {data}: end pid {stuck[0].pid}")
    lock.unlink(missing_ok=True)


def processes_on(data: Path) -> list[psutil.Process]:
    """The PostgreSQL processes whose working folder is this data folder, which is where they all stay."""
    return [p for p in psutil.process_iter() if _is_postgres_in(p, str(data.resolve()))]


def _is_postgres_in(process: psutil.Process, folder: str) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == folder
    except psutil.Error:
        return False


def _pid_in(lock: Path) -> int | None:
    try:
        return int(lock.read_text(encoding="ascii").partition("\n")[0])
    except (OSError, ValueError):
        return None
