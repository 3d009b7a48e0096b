"""Files that others pick up: under their own name they are whole and on disk, or not there."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file and give it its name once it is on disk, name included; one that is there is replaced.

    Of two that write one path at a time one fails. Raises OSError, and leaves nothing half then.
    """
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)  # of a process that died
    descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
