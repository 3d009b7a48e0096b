"""A folder in memory for a server whose data is nobody's: there a database is copied 15 times as fast."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")
_OURS = "beyazmasa-tests-"
_ENOUGH = 2 * 2**30
"""Bytes that must be free in it, and twice as many in the machine, for each process that runs tests."""


@contextmanager
def folder_in_memory(otherwise: Path, sharers: int) -> Iterator[Path]:
    """A folder in memory, removed in the end, or `otherwise` where there is no room for so many sharers."""
    if not _has_room(sharers):
        yield otherwise
        return
    _remove_orphans()
    folder = _MEMORY / f"{_OURS}{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room(sharers: int) -> bool:
    needed = _ENOUGH * sharers
    return (
        os.access(_MEMORY, os.W_OK)
        and shutil.disk_usage(_MEMORY).free >= needed
        and psutil.virtual_memory().available >= 2 * needed
    )


def _remove_orphans() -> None:
    """Remove what runs that were killed have left."""
    for folder in _MEMORY.glob(f"{_OURS}*"):
        owner = folder.name.removeprefix(_OURS)
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
