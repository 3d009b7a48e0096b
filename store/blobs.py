"""Originals and attachments, kept by the SHA-256 of their content; writing the same twice keeps one.

`BlobStore` is the seam for an S3-compatible store; `DiskBlobs` is the one that ships.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from domain.errors import ConnectionFailedError, UnreadableMessageError

_T = TypeVar("_T")


class BlobStore(Protocol):
    """Keeps bytes for ever, or until `remove`."""

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        """The hex SHA-256 of each content, all of them durable when this returns."""
        ...

    def get(self, sha256: str) -> bytes:
        """The content. Raises UnreadableMessageError when it is missing or no longer what it was."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget a content; one that is not there is no error."""
        ...


class DiskBlobs:
    """Blobs as files `ab/cdef...` under a folder. Raises ConnectionFailedError when the disk refuses."""

    def __init__(self, folder: Path, *, writers: int = 8) -> None:
        self._folder = folder
        self._count = writers
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="blobs")

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        """See `BlobStore`. Files are flushed side by side, since a flush is waiting, not work."""
        names = [hashlib.sha256(content).hexdigest() for content in contents]
        fresh = {n: c for n, c in zip(names, contents, strict=True) if not self._path(n).exists()}
        try:
            folders = {self._path(name).parent for name in fresh}
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
            self._all(self._write, list(fresh.items()))
            self._all(_flush_folder, list(folders))
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

    def remove(self, sha256: str) -> None:
        """See `BlobStore`."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]

    def _all(self, work: Callable[[_T], None], items: Sequence[_T]) -> None:
        shares = [items[start :: self._count] for start in range(min(self._count, len(items)))]
        for job in [self._writers.submit(_each, work, share) for share in shares]:
            job.result()

    def _write(self, blob: tuple[str, bytes]) -> None:
        # A file appears under its name only when it is whole, so a crash leaves no half blob behind.
        name, content = blob
        target = self._path(name)
        half = target.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                file.write(content)
                os.fsync(descriptor)
            half.rename(target)
        except BaseException:
            half.unlink(missing_ok=True)
            raise


def _each(work: Callable[[_T], None], share: Sequence[_T]) -> None:
    for item in share:
        work(item)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
