"""What the machine is, and what of its processors' time a process and its children have used."""

import os
import platform
import time
from dataclasses import dataclass
from typing import Any

import psutil


def describe() -> dict[str, Any]:
    """The machine, as it stands beside the figures."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def cpu_seconds(pid: int) -> float:
    """The processor time of a process, its living children, and those it has reaped."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(map(_own_and_reaped, family))


@dataclass
class Meter:
    """Wall time and processor time since it was made: the machine's, and that of some processes."""

    pids: tuple[int, ...]

    def __post_init__(self) -> None:
        self._wall = time.perf_counter()
        self._busy = _machine_busy()
        self._cpu = {pid: cpu_seconds(pid) for pid in self.pids}

    def wall(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._wall

    def cpu(self, pid: int) -> float:
        """Processor seconds that a process and its children used since."""
        return cpu_seconds(pid) - self._cpu[pid]

    def others(self) -> float:
        """The share of the machine that went to neither these processes nor idling: others had it."""
        ours = sum(map(self.cpu, self.pids))
        return max(0.0, (_machine_busy() - self._busy - ours) / (self.wall() * (os.cpu_count() or 1)))


def _machine_busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


def _own_and_reaped(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a file of the kernel
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()
