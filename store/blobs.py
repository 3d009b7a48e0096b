"""Originals and attachments, kept by the SHA-256 of their content; writing the same twice keeps one.

`BlobStore` is the seam for an S3-compatible store; `DiskBlobs` is the one that ships.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from config.whole_files import flush_folder
from domain.errors import ConnectionFailedError, UnreadableMessageError

_T = TypeVar("_T")
_OPEN_AT_ONCE = 256
_HALVES = ".halves"
_LOST_SECONDS = 24 * 3600
"""Nobody writes at one content for so long: whoever began it was killed."""


class BlobStore(Protocol):
    """Keeps bytes for ever, or until `remove`."""

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        """The hex SHA-256 of each content, all of them durable when this returns."""
        ...

    def get(self, sha256: str) -> bytes:
        """The content. Raises UnreadableMessageError when it is missing or no longer what it was."""
        ...

    def remove(self, sha256: str, *, untouched_for: float = 0.0) -> bool:
        """Forget a content; one that is not there is no error. False, and it stays, where it was put within
        so many seconds: whoever puts a content refers to it a moment later."""
        ...


class DiskBlobs:
    """Blobs as files `ab/cdef...` under a folder. Raises ConnectionFailedError when the disk refuses."""

    def __init__(self, folder: Path, *, writers: int = 8) -> None:
        self._folder = folder
        self._count = writers
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="blobs")
        self._looked_at = 0.0

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        """See `BlobStore`. Many are written before the first is flushed, so that flushes share their wait."""
        names = [hashlib.sha256(content).hexdigest() for content in contents]
        blobs = list(dict(zip(names, contents, strict=True)).items())
        try:
            for start in range(0, len(blobs), _OPEN_AT_ONCE):
                self._put(blobs[start : start + _OPEN_AT_ONCE])
        except OSError as error:
            raise ConnectionFailedError(f"the blob store cannot write: {error.strerror}") from error
        return names

    def get(self, sha256: str) -> bytes:
        """See `BlobStore`."""
        try:
            content = self._path(sha256).read_bytes()
        except OSError as error:
            raise UnreadableMessageError(f"blob {sha256} is missing: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise UnreadableMessageError(f"blob {sha256} is damaged on disk")
        return content

    def remove(self, sha256: str, *, untouched_for: float = 0.0) -> bool:
        """See `BlobStore`."""
        path = self._path(sha256)
        try:
            if untouched_for and time.time() - path.stat().st_mtime < untouched_for:
                return False
            path.unlink()
        except FileNotFoundError:
            return True
        except OSError as error:
            raise ConnectionFailedError(f"the blob store cannot remove: {error.strerror}") from error
        return True

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]

    def _put(self, blobs: Sequence[tuple[str, bytes]]) -> None:
        # What is there already may have come a moment ago from another process: its folder is flushed too.
        paths = [(self._path(name), content) for name, content in blobs]
        folders = {path.parent for path, _ in paths}
        _make(self._folder / _HALVES)
        self._forget_lost()
        made = [folder for folder in folders if _make(folder)]
        halves: list[_Half] = []
        try:
            for path, content in paths:
                if not _touched(path):
                    halves.append(_Half(self._folder / _HALVES, path))
                    halves[-1].write(content)
            self._all(_Half.flush, halves)
            for half in halves:
                half.keep()
        finally:
            for half in halves:
                half.close()
        self._all(flush_folder, [*folders, *({self._folder} if made else ())])

    def _forget_lost(self) -> None:
        # They have no name that an erasure could find them by, and hold what citizens wrote.
        now = time.time()
        if now - self._looked_at < _LOST_SECONDS:
            return
        for half in (self._folder / _HALVES).iterdir():
            with suppress(FileNotFoundError):  # another process does the same, or gave it its name
                if now - half.stat().st_mtime > _LOST_SECONDS:
                    half.unlink()
        self._looked_at = now

    def _all(self, work: Callable[[_T], None], items: Sequence[_T]) -> None:
        shares = [items[start :: self._count] for start in range(min(self._count, len(items)))]
        for job in [self._writers.submit(_each, work, share) for share in shares]:
            job.result()


class _Half:
    """A blob on its way to disk: it gets its name once it is whole there, so a crash leaves no half blob."""

    def __init__(self, folder: Path, target: Path) -> None:
        self._target = target
        self._path: Path | None = folder / secrets.token_hex(8)
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)

    def write(self, content: bytes) -> None:
        """Hand all of it to the system, which may take it in pieces."""
        left = memoryview(content)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def flush(self) -> None:
        """Wait until it is on disk."""
        os.fsync(self._descriptor)

    def keep(self) -> None:
        """Give it its name."""
        if self._path:
            self._path.rename(self._target)
            self._path = None

    def close(self) -> None:
        """Let go of it; what was not kept is gone."""
        os.close(self._descriptor)
        if self._path:
            self._path.unlink(missing_ok=True)


def _each(work: Callable[[_T], None], share: Sequence[_T]) -> None:
    for item in share:
        work(item)


def _touched(path: Path) -> bool:
    """Whether a content is there; if so it counts as put just now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _make(folder: Path) -> bool:
    """Make a folder; whether it was missing."""
    if folder.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    return True
