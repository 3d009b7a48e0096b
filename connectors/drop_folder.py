"""A folder that others put files into: taken when whole, claimed by a rename, kept until stored (P1).

    yeni/      files are put here
    islemde/   claimed, a folder each; what is left here by a crash is handed over again
    arsiv/     stored and kept, read-only, by date
    sorunlu/   what cannot be taken: empty, too large, no file at all; told as long as it lies here

The bytes are never changed. A duplicate is handed over like any other file: its SHA-256 tells.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from config.settings import ISTANBUL
from connectors.drop_arrivals import Arrivals, move
from connectors.drop_settling import Candidate, Fingerprint
from connectors.drop_values import CLAIMED, DONE, NEW, REFUSED, Dropped, DropSettings, Haul, Keep
from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError, PermanentError
from domain.text import storable

__all__ = ["DropFolder", "DropSettings", "Dropped", "Haul", "Keep"]
_LOCK = ".kilit"
_NAMED = 5
"""How many names a trouble lists."""
_MOST_SIDECAR = 1024 * 1024
"""Bytes; a description is some lines."""


class DropFolder:
    """One drop folder in the hands of one process. `now` gives aware datetimes. Raises DeskErrors only."""

    def __init__(self, settings: DropSettings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._arrivals = Arrivals(settings, now)
        self._lock: int | None = None
        self._told: list[str] = []

    def take(self) -> Haul:
        """Claim what is whole and hand it over, first of all what was claimed and never acknowledged.

        Raises NotConfiguredError when the folder is not there or somebody else reads it, and
        ConnectionFailedError when the disk refuses.
        """
        files: list[Dropped] = []
        with self._disk():
            self._hold()
            self._told = [f"{storable(name)}: lies in {REFUSED}/" for name in self._names(REFUSED)]
            claims, whole = self._claims(), self._arrivals.whole()
            self._told += self._arrivals.told
            while (claims or whole) and self._has_room_beside(files):
                claim = claims.pop(0) if claims else self._claim(whole.pop(0))
                one = self._read(claim) if claim else None
                files += [one] if one else []
        return Haul(files=files, left=len(claims) + len(whole), trouble=self._trouble())

    def done(self, files: Sequence[Dropped]) -> None:
        """Archive or remove files that are stored; doing it twice does no harm. One that was written to
        meanwhile goes back to where it came from: it is another document now. Raises
        ConnectionFailedError for the first that cannot be put away, once the others are."""
        with self._disk():
            troubles = [trouble for each in files if (trouble := self._try_to_put_away(each))]
            if troubles:
                raise troubles[0]

    def check(self) -> None:
        """Make missing folders and try the renames that files will take.

        Raises NotConfiguredError that says which folder is missing, read-only or on another file system.
        """
        root = self._settings.folder
        if not root.is_dir():
            raise NotConfiguredError(f"{root} is no folder: create it and let this program write there")
        try:
            self._make()
            probe = self._path(NEW) / f".{secrets.token_hex(8)}"
            probe.touch()
            for name in (CLAIMED, REFUSED, DONE):
                probe = probe.rename(self._path(name) / probe.name)
            probe.unlink()
        except OSError as error:
            raise NotConfiguredError(
                f"files cannot be moved within {root} ({error.strerror}): its folders must be writable and on"
                " one file system"
            ) from error

    def close(self) -> None:
        """Let go of the folder. Never raises."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConnectionFailedError(f"{self._settings.folder}: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        return self._settings.folder / name

    def _make(self) -> None:
        for name in (NEW, CLAIMED, REFUSED, DONE):
            self._path(name).mkdir(exist_ok=True)

    def _hold(self) -> None:
        """Keep others out: two readers of one folder would hand over each other's claims. The kernel lets
        go of the lock when its holder dies."""
        if self._lock is not None and self._path(CLAIMED).is_dir():
            return
        if not self._settings.folder.is_dir():
            raise NotConfiguredError(f"{self._settings.folder} is no folder: create it, or mount it again")
        self.close()
        self._make()
        lock = os.open(self._path(CLAIMED) / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise NotConfiguredError(f"{self._settings.folder} is read by another account or host") from None
        self._lock = lock

    def _names(self, folder: str) -> list[str]:
        return sorted(each.name for each in self._path(folder).iterdir() if each.name != _LOCK)

    def _claims(self) -> list[Path]:
        """What is claimed already; a claim that a crash left without its document is tidied away."""
        claims = []
        for claim in (self._path(CLAIMED) / name for name in self._names(CLAIMED)):
            if self._document(claim):
                claims.append(claim)
            elif claim.is_dir():
                for left in claim.iterdir():
                    move(left, self._path(REFUSED))
                with suppress(OSError):
                    claim.rmdir()
        return claims

    def _document(self, claim: Path) -> Path | None:
        inside = sorted(claim.iterdir()) if claim.is_dir() else []
        return next((each for each in inside if not self._arrivals.is_sidecar(each.name)), None)

    def _claim(self, each: Candidate) -> Path | None:
        claim = self._path(CLAIMED) / secrets.token_hex(8)
        claim.mkdir()
        try:
            each.path.rename(claim / each.name)
        except FileNotFoundError:  # its owner took it back in the last instant
            claim.rmdir()
            return None
        return claim

    def _has_room_beside(self, files: Sequence[Dropped]) -> bool:
        size = sum(len(each.content) for each in files)
        return len(files) < self._settings.batch_files and size < self._settings.batch_bytes

    def _read(self, claim: Path) -> Dropped | None:
        path = self._document(claim)
        if path is None:
            return None
        before = Fingerprint.of(path.lstat())
        try:
            content = _content(path)
        except OSError as error:
            self._told.append(f"{storable(path.name)}: {error.strerror}, lies in {CLAIMED}/")
            return None
        if Fingerprint.of(path.lstat()) != before or len(content) != before.size:
            move(path, self._path(NEW))  # its writer is slower than the settle time
            return None
        sidecar = self._adopted(claim, path.name)
        return Dropped(
            name=path.name,
            path=path,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            fingerprint=before,
            sidecar_name=sidecar.name if sidecar else "",
            sidecar=self._description(sidecar) if sidecar else None,
        )

    def _description(self, sidecar: Path) -> bytes | None:
        """What a sidecar says; one that cannot be read is told, and keeps no document from being taken."""
        try:
            if sidecar.lstat().st_size <= _MOST_SIDECAR:
                return _content(sidecar)
            why: str | None = f"larger than {_MOST_SIDECAR} bytes"
        except OSError as error:
            why = error.strerror
        self._told.append(f"{storable(sidecar.name)}: {why}, was not read")
        return None

    def _adopted(self, claim: Path, name: str) -> Path | None:
        """The sidecar, in the claim's folder: brought there now, or before a crash."""
        if found := self._arrivals.sidecar_of(name):
            return found.rename(claim / found.name)
        return next((each for each in claim.iterdir() if self._arrivals.is_sidecar(each.name)), None)

    def _try_to_put_away(self, each: Dropped) -> OSError | None:
        try:
            if each.path.exists():
                self._put_away(each)
        except OSError as error:
            return error
        return None

    def _put_away(self, each: Dropped) -> None:
        claim = each.path.parent
        # The document goes last: a crash on the way leaves a claim that is handed over again.
        inside = sorted(claim.iterdir(), key=lambda path: path == each.path)
        if Fingerprint.of(each.path.lstat()) != each.fingerprint:
            for path in inside:
                move(path, self._path(NEW))
        elif self._settings.keep is Keep.REMOVE:
            for path in inside:
                path.unlink()
        else:
            day = self._path(DONE) / f"{self._now().astimezone(ISTANBUL):%Y-%m-%d}"
            day.mkdir(exist_ok=True)
            for path in inside:
                if not path.is_symlink():
                    path.chmod(0o440)
                move(path, day)
        claim.rmdir()

    def _trouble(self) -> DeskError | None:
        if not self._told:
            return None
        told = list(dict.fromkeys(self._told))
        more = f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        return PermanentError(f"files that cannot be taken: {'; '.join(told[:_NAMED])}{more}")


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        return file.read()
