"""The most memory each process has held."""

from pathlib import Path

import psutil

from bench.stack import Stack

_SERVERS = ("postgres", "valkey")


def peak_rss_mb(stack: Stack) -> dict[str, float]:
    """By program, the peak resident memory of the largest of its processes, in MB; servers are left out."""
    return {name: _largest(stack.pid(name)) for name in stack.programs if name not in _SERVERS}


def _largest(pid: int) -> float:
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return max(_peak(process.pid) for process in family)


def _peak(pid: int) -> float:
    # VmHWM is the peak as the kernel kept it; psutil tells the present only.
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0
