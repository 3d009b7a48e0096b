"""Whether a file in a drop folder is whole: nobody says so, it shows by not changing (P1).

Size and change time together change with every write, and unlike the modification time the change time
cannot be set back by a copying program. A file that was seen under a temporary name and then under its own is
whole at once: that is what such names are for.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

STALE = timedelta(hours=1)
"""What was not whole for so long is told: its writer is probably gone."""
_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")


def is_temporary(name: str) -> bool:
    """Whether a name says that its file is still being written: a leading dot, `.part` and its like."""
    return name.startswith((".", "~$")) or name.lower().endswith(_TEMPORARY)


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """What changes with a file; equal ones mean that nothing was written in between."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "Fingerprint":
        """The fingerprint in what the system says of a file."""
        return cls(inode=stat.st_ino, size=stat.st_size, modified_ns=stat.st_mtime_ns)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An entry of the folder, as the system described it, links not followed."""

    path: Path
    stat: os.stat_result

    @property
    def name(self) -> str:
        """Its name in the folder."""
        return self.path.name


@dataclass(frozen=True, kw_only=True)
class _Seen:
    # `still_since` is when it was first seen as it is now, `first_at` when it was first seen at all.
    mark: tuple[Fingerprint, int]
    still_since: datetime
    first_at: datetime


class Settling:
    """Watches the entries of one folder from look to look; `now` is aware."""

    def __init__(self, settle: timedelta, now: Callable[[], datetime]) -> None:
        self._settle, self._now = settle, now
        self._seen: dict[str, _Seen] = {}
        self._temporary: set[int] = set()

    def look(self, entries: Iterable[Candidate]) -> None:
        """Note how the entries look now; what is gone is forgotten."""
        now, before = self._now(), self._seen
        self._seen = {}
        for each in entries:
            mark = (Fingerprint.of(each.stat), each.stat.st_ctime_ns)
            known = before.get(each.name)
            still = known.still_since if known and known.mark == mark else now
            first = known.first_at if known else now
            self._seen[each.name] = _Seen(mark=mark, still_since=still, first_at=first)
        named = {seen.mark[0].inode for name, seen in self._seen.items() if is_temporary(name)}
        here = {seen.mark[0].inode for seen in self._seen.values()}
        self._temporary = (self._temporary & here) | named

    def whole(self, name: str) -> bool:
        """Whether nothing was written for the settle time, or the file was renamed when it was whole."""
        seen = self._seen.get(name)
        if seen is None or is_temporary(name):
            return False
        still = self._now() - seen.still_since
        return still >= self._settle or seen.mark[0].inode in self._temporary

    def older_than(self, name: str, age: timedelta) -> bool:
        """Whether an entry has been there for longer than that."""
        seen = self._seen.get(name)
        return seen is not None and self._now() - seen.first_at >= age

    def stale(self) -> Iterator[str]:
        """What has been there too long to be still on its way."""
        return (name for name in self._seen if self.older_than(name, STALE))
