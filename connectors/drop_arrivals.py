"""What lies in a drop folder's `yeni/` and may be taken now: whole, readable, nobody else's (P1)."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from connectors.drop_settling import Candidate, Settling, is_temporary
from connectors.drop_values import NEW, REFUSED, DropSettings
from domain.text import storable

_LONGEST_NAME = 255
"""Bytes, in whatever file system Linux knows."""
EMPTY_FOR = timedelta(minutes=10)
"""An empty file may be a name that was only reserved; after so long it is a mistake."""


class Arrivals:
    """Watches `yeni/`. `told` collects, a look at a time, what somebody must see to. Raises OSError."""

    def __init__(self, settings: DropSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._folder = settings.folder / NEW
        self._settling = Settling(timedelta(seconds=settings.settle_seconds), now)
        self.told: list[str] = []

    def whole(self) -> list[Candidate]:
        """The files that may be claimed now, oldest first; the others are waited for, refused, or told."""
        self.told = []
        entries = list(self._entries())
        self._settling.look(entries)
        ready = [each for each in entries if not self.is_sidecar(each.name) and self._ready(each)]
        taken = {each.name for each in ready}
        self.told += [f"{storable(name)}: waits" for name in self._settling.stale() if name not in taken]
        return sorted(ready, key=lambda each: (each.stat.st_mtime_ns, each.name))

    def is_sidecar(self, name: str) -> bool:
        """Whether a file describes another one. Its ending says so: it may come before its document."""
        return name.lower().endswith(self._settings.sidecars)

    def sidecar_of(self, name: str) -> Path | None:
        """The file in `yeni/` that describes the document of this name: `x.tif.json`, `x.json`, `X.JSON`."""
        stems = (name, Path(name).stem)
        # As Windows' fax servers write them, too: what counts as a sidecar must be found as one.
        ends = [each for end in self._settings.sidecars for each in (end, end.upper(), end.title())]
        paths = (self._folder / (stem + end) for stem in stems for end in ends)
        return next((path for path in paths if path.is_file() and not path.is_symlink()), None)

    def _entries(self) -> Iterator[Candidate]:
        with os.scandir(self._folder) as found:
            for each in found:
                with suppress(FileNotFoundError):  # it was only passing through
                    yield Candidate(path=Path(each.path), stat=each.stat(follow_symlinks=False))

    def _ready(self, each: Candidate) -> bool:
        if is_temporary(each.name) or not self._settling.whole(each.name):
            return False
        if stat.S_ISDIR(each.stat.st_mode):
            self.told.append(f"{storable(each.name)}: a folder is not looked into")
            return False
        if why := self._refusal(each):
            self.told.append(f"{storable(each.name)}: {why}, now in {REFUSED}/")
            move(each.path, self._settings.folder / REFUSED)
            return False
        sidecar = self.sidecar_of(each.name)
        described = sidecar is None or self._settling.whole(sidecar.name)
        return each.stat.st_size > 0 and described and self._free(each)

    def _refusal(self, each: Candidate) -> str:
        if not stat.S_ISREG(each.stat.st_mode):
            return "a link or no file at all"
        if each.stat.st_size > self._settings.max_file_bytes:
            return f"larger than {self._settings.max_file_bytes} bytes"
        empty = each.stat.st_size == 0 and self._settling.older_than(each.name, EMPTY_FOR)
        return "empty" if empty else ""

    def _free(self, each: Candidate) -> bool:
        """Whether it can be read and nobody has it locked."""
        try:
            descriptor = os.open(each.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            self.told.append(f"{storable(each.name)}: {error.strerror}")
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False  # somebody is still at it; told when it takes too long
        finally:
            os.close(descriptor)
        return True


def move(path: Path, folder: Path) -> Path:
    """Rename into a folder; what lies there by that name stays, and this one gets a number."""
    target, number = folder / path.name, 1
    while os.path.lexists(target):
        number += 1
        target = folder / _numbered(path, number)
    return path.rename(target)


def _numbered(path: Path, number: int) -> str:
    """The file's name with a number; its stem is cut where the name would be longer than names may be."""
    end = f"~{number}{path.suffix}"
    room = max(0, _LONGEST_NAME - len(os.fsencode(end)))
    return os.fsencode(path.stem)[:room].decode("utf-8", "ignore") + end
