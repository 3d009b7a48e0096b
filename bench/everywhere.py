"""The same work in one process on each core at the same time, as the whole runs."""

import multiprocessing
import os
import time
from collections.abc import Callable

from bench.machine import cores

fork = multiprocessing.get_context("fork")
_LONGEST_PREPARATION = 120.0


def on_every_core(work: Callable[[int], None], prepare: Callable[[int], None] | None = None) -> float:
    """Processor seconds that `work(n)`, in a process of its own on core `n`, took on all of them together.

    `prepare(n)` runs before in the same process, and is neither timed nor waited for in the timing. Raises
    RuntimeError when one of them failed.
    """
    begin, spent = fork.Barrier(cores(), timeout=_LONGEST_PREPARATION), fork.SimpleQueue()

    def main(number: int) -> None:
        _stay_on(number)
        if prepare:
            prepare(number)
        begin.wait()
        began = time.process_time()
        work(number)
        spent.put(time.process_time() - began)

    processes = [fork.Process(target=main, args=(number,)) for number in range(cores())]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a part failed; see above")
    return float(sum(spent.get() for _ in processes))


def _stay_on(number: int) -> None:
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[number]})
