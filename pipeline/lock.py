"""One run of a deployment at a time: a lock that the kernel lets go of when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.sockets import make_private


@contextmanager
def hold(path: Path) -> Iterator[int | None]:
    """Hold the lock while the context is open and give None; else the pid of the process that holds it."""
    make_private(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield None if _locked(descriptor) else int(os.pread(descriptor, 20, 0) or 1)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return True
