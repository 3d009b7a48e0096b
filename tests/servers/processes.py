"""Starting servers for the tests and waiting for them; they end with pytest, even when that is killed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

START_TIMEOUT = 60.0


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a server that the kernel kills when this process dies; what it prints goes to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def stop(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> int:
    """Send a signal and reap the process, by force after a minute. Returns its exit status."""
    process.send_signal(number)
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def wait_until(ready: Callable[[], bool], what: str, timeout: float = START_TIMEOUT) -> None:
    """Return as soon as the condition holds. Raises TimeoutError that names what was waited for."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:.0f} s in vain for {what}")
        time.sleep(0.01)


def find_program(name: str) -> Path | None:
    """A program of the machine; Debian keeps servers in sbin, which users have not in their PATH."""
    folders = [*os.get_exec_path(), "/usr/local/sbin", "/usr/sbin", "/sbin"]
    paths = (Path(folder) / name for folder in folders)
    return next((path for path in paths if os.access(path, os.X_OK)), None)
