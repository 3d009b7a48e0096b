"""Calls on disk, while the database is out: what was acknowledged is never lost (S3, test 21).

Each file holds a group of calls, encrypted, under a name that sorts by time. It is fed to `accept` later,
once or more than once: accepting is idempotent.
"""

import secrets
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.keyring import Keyring
from config.sockets import make_private
from config.whole_files import write_whole
from domain.errors import ConnectionFailedError, UnreadableMessageError
from pipeline import metrics, spool_file
from pipeline.calls import Call, store_calls
from pipeline.desk import Desk
from pipeline.lock import hold
from pipeline.log import get_logger
from store.engine import answers

MOST_BYTES = 2 * 1024**3
LEAST_FREE_BYTES = 128 * 1024**2
"""What is left to a disk that the embedded database may share: it needs room to come back."""
_SUFFIX, _STAMP = ".spool", "%Y%m%dT%H%M%S.%f"
_log = get_logger(__name__)


class Spool:
    """The folder of one host's spooled calls; every process of the deployment there uses the same."""

    def __init__(
        self, folder: Path, keyring: Keyring, *, most: int = MOST_BYTES, least_free: int = LEAST_FREE_BYTES
    ) -> None:
        self.folder = folder
        self._keyring = keyring
        self._most = most
        self._least_free = least_free

    def keep(self, calls: Sequence[Call], now: datetime) -> None:
        """Write a group of calls; it is on disk when this returns.

        Raises ConnectionFailedError when the spool is full or the disk refuses.
        """
        content = spool_file.dump(calls, now, self._keyring)
        name = f"{now.astimezone(UTC):{_STAMP}}-{secrets.token_hex(4)}-{len(calls)}{_SUFFIX}"
        try:
            make_private(self.folder)
            self._check_room(len(content))
            write_whole(self.folder / name, content)
        except OSError as error:
            raise ConnectionFailedError(f"the spool cannot write: {error.strerror}") from error

    def waiting(self) -> list[Path]:
        """The files that wait, oldest first."""
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def read(self, path: Path) -> tuple[list[Call], datetime]:
        """The calls of a file and when they came. Raises UnreadableMessageError, and OSError where the disk
        does not give it."""
        return spool_file.load(path.read_bytes(), self._keyring)

    def set_aside(self, path: Path) -> None:
        """Move a file that the program cannot handle out of the way, to `aside/`, for a person."""
        folder = self.folder / "aside"
        folder.mkdir(mode=0o700, exist_ok=True)
        path.rename(folder / path.name)

    def set_asides(self) -> list[Path]:
        """The files that were moved out of the way, oldest first."""
        return sorted((self.folder / "aside").glob(f"*{_SUFFIX}"))

    def kept_since(self, before: datetime, paths: Sequence[Path]) -> tuple[int, datetime] | None:
        """How many calls are in those of these files that were written before then, and when the oldest of
        them was, both as their names say; None for none."""
        old = [path for path in paths if _kept_at(path) < before]
        return (sum(map(_calls_in, old)), min(map(_kept_at, old))) if old else None

    def calls(self) -> int:
        """How many calls wait, as the files' names say."""
        return sum(map(_calls_in, self.waiting()))

    def calls_aside(self) -> int:
        """How many calls were moved out of the way and wait for a person."""
        return sum(map(_calls_in, self.set_asides()))

    def _check_room(self, needed: int) -> None:
        used = sum(map(_size, self.waiting()))
        free = shutil.disk_usage(self.folder).free
        if used + needed > self._most or free - needed < self._least_free:
            raise ConnectionFailedError("the spool is full")


def spool_of(desk: Desk) -> Spool:
    """The spool of this deployment on this host."""
    return Spool(desk.settings.var_dir / "spool", desk.keyring)


def drain_spool(desk: Desk) -> int:
    """Feed what waits in the spool to `accept`, in order; returns how many calls were stored.

    One process of a host drains at a time. Raises ConnectionFailedError while the database is out of reach.
    """
    spool = spool_of(desk)
    waiting = spool.calls()
    metrics.SPOOLED.set(waiting)
    if not waiting:
        return 0
    # A lock instead of a claim by renaming: the kernel lets go of it when its holder dies.
    with hold(spool.folder / "drain.lock") as other:
        stored = 0 if other else sum(_feed(desk, spool, path) for path in spool.waiting())
    metrics.SPOOLED.set(spool.calls())
    return stored


def _feed(desk: Desk, spool: Spool, path: Path) -> int:
    try:
        calls, received_at = spool.read(path)
    except UnreadableMessageError as error:
        _log.error("spool_file_unreadable", file=path.name, error=str(error))
        spool.set_aside(path)
        return 0
    except OSError as error:
        # It stays where it is, and is told of by `watch_spool`.
        _log.error("spool_file_not_read", file=path.name, error=error.strerror)
        return 0
    try:
        store_calls(desk, calls, received_at)
    except ConnectionFailedError as error:
        if not answers(desk.engine):
            raise
        # It waits for the next round, and holds up nobody.
        _log.warning("spool_file_refused", file=path.name, error=str(error))
        return 0
    except Exception:
        _log.exception("spool_file_broke", file=path.name)
        spool.set_aside(path)
        return 0
    path.unlink()
    return len(calls)


def _calls_in(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _kept_at(path: Path) -> datetime:
    return datetime.strptime(path.stem.partition("-")[0], _STAMP).replace(tzinfo=UTC)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # fed in the meantime
