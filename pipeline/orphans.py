"""A child process whose maker was killed must not go on beside the children of the next one."""

import ctypes
import multiprocessing
import os
import signal

from dramatiq import Broker, Middleware

_PR_SET_PDEATHSIG = 1  # prctl(2), Linux


class EndWithParent(Middleware):
    """Stops each worker process, after the work in its hands, as soon as dramatiq's master has died."""

    def after_process_boot(self, broker: Broker) -> None:
        """Called by dramatiq in the main thread of a fresh worker process."""
        end_with_master()


def end_with_master(number: signal.Signals = signal.SIGTERM) -> None:
    """Have this process, made by multiprocessing, get the signal when the one that made it dies."""
    master = multiprocessing.parent_process()
    if master is not None and master.pid is not None:
        end_with_parent(master.pid, number)


def end_with_parent(parent: int, number: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process the signal when `parent` dies, at once if it is already dead."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
