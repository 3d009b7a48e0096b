"""A developer's desk may live later than the world: the demo moves its clock, and all its processes follow.

Only in development: a desk in production reads the system's clock and knows no such file.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.settings import Settings
from config.whole_files import write_whole
from pipeline.refusal import RefusedError

LONGEST = timedelta(days=366)
"""Of one move."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """What tells a process of this desk the present moment, aware, in UTC."""
    return _LaterClock(_file(settings)) if settings.development else utc_now


def ahead_of(settings: Settings) -> timedelta:
    """How much later than the world this desk lives."""
    return _read(_file(settings)) if settings.development else timedelta(0)


def move_on(settings: Settings, by: timedelta) -> timedelta:
    """Let the desk live so much later from now on; returns by how much it does then.

    There is no way back: leases and due times of a desk's future would stand in its way. Raises
    PermanentError outside development and for a time that is none, OSError for the disk.
    """
    if not settings.development:
        raise RefusedError("later_for_developers")
    if not timedelta(0) < by <= LONGEST:
        raise RefusedError("later_by", most=LONGEST.days)
    ahead = ahead_of(settings) + by
    _file(settings).parent.mkdir(parents=True, exist_ok=True)
    write_whole(_file(settings), str(round(ahead.total_seconds())).encode(), mode=0o600)
    return ahead


class _LaterClock:
    """Reads the file anew when it was changed: its processes see a move at their next look at the time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: int | None = None
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        try:
            changed: int | None = self._file.stat().st_mtime_ns
        except OSError:
            changed = None
        if changed != self._seen:
            self._ahead, self._seen = _read(self._file), changed
        return utc_now() + self._ahead


def _file(settings: Settings) -> Path:
    return settings.var_dir / "gosteri" / "saat"


def _read(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(file.read_text(encoding="ascii")))
    except (OSError, ValueError, OverflowError):
        return timedelta(0)
