"""One source of an account, read page by page; pauses by itself where X asks for it (X2, X3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.x.cursor import CAP, Mark
from connectors.x.envelope import singles
from connectors.x.values import Json, child, ident, listed, text
from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
    TransientError,
)

WINDOW = timedelta(minutes=15)
"""X counts calls by it."""
_NEARLY = CAP * 95 // 100
"""X counts those among its 800 that it does not show."""
_MENDABLE = (NotConfiguredError, CredentialsRejectedError)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What a part of a walk brought: originals, oldest first, the mark after it, and what went wrong.
    `asked` is false while the source rests."""

    originals: Sequence[bytes] = ()
    mark: Mark
    trouble: DeskError | None = None
    asked: bool = True


@dataclass
class Source:
    """Reads one list that X keeps, the newest first.

    `ask(mark)` brings the page that a mark stands before. `pages` is how many are asked for at one go, and
    `every` how long the source rests between two walks. `capped` says that X lists the newest 800 only,
    `filters` that X itself leaves out what is known.
    """

    user: str
    ask: Callable[[Mark], Json]
    now: Callable[[], datetime]
    first: timedelta
    overlap: timedelta
    pages: int
    every: timedelta = timedelta(0)
    capped: bool = False
    filters: bool = False
    _refused: tuple[datetime, DeskError] | None = field(default=None)
    _rests_until: datetime | None = field(default=None)

    def read(self, mark: Mark) -> Walked:
        """Go on with the walk for some pages. Raises a DeskError when not even one page came, and without
        asking while X wants to be left alone."""
        now = self.now()
        self._check_pause(now)
        if not mark.token and self._rests_until and now < self._rests_until:
            return Walked(mark=mark, asked=False)
        walk = mark.begin(now, first=self.first, overlap=self.overlap)
        found: list[bytes] = []
        trouble: DeskError | None = None
        for number in range(self.pages):
            try:
                page = self.ask(walk)
            except DeskError as error:
                return self._stopped(walk, found, error, first=number == 0)
            found += self._originals(walk, page)
            walk = self._after(walk, page)
            if not walk.token:
                trouble, walk = self._gap(walk, page), walk.ended()
                self._rests_until = now + self.every
                break
        return Walked(originals=found[::-1], mark=walk, trouble=trouble)

    def _check_pause(self, now: datetime) -> None:
        if self._refused is None:
            return
        until, error = self._refused
        if now >= until:
            self._refused = None
        elif isinstance(error, ThrottledError):
            raise ThrottledError(str(error), retry_after=until - now)
        else:
            raise type(error)(str(error))

    def _stopped(self, walk: Mark, found: list[bytes], error: DeskError, *, first: bool) -> Walked:
        if isinstance(error, ThrottledError):
            wait = WINDOW if error.retry_after is None else error.retry_after
            self._refused = (self.now() + wait, error)
        elif isinstance(error, _MENDABLE):
            self._refused = (self.now() + WINDOW, error)
        elif walk.token and isinstance(error, PermanentError):
            # a page that X no longer knows: the walk is made again
            return Walked(originals=found[::-1], mark=walk.restarted(), trouble=error)
        if first:
            raise error
        return Walked(originals=found[::-1], mark=walk, trouble=error)

    def _originals(self, walk: Mark, page: Json) -> Sequence[bytes]:
        ids = [ident(each, "id") if isinstance(each, dict) else "" for each in listed(page, "data")]
        originals = singles(page, self.user)
        return [raw for raw, i in zip(originals, ids, strict=True) if self.filters or walk.wants(i)]

    def _after(self, walk: Mark, page: Json) -> Mark:
        token = text(child(page, "meta"), "next_token") or None
        ids = _ids(page)
        reached = not self.filters and any(not walk.wants(each) for each in ids)
        return walk.after(ids, None if reached else token)

    def _gap(self, walk: Mark, page: Json) -> DeskError | None:
        """What is to be told when X has listed as many as it ever does, and what was known is not reached."""
        lowest = min(map(int, _ids(page)), default=0)
        if not self.capped or walk.seen is None or walk.count < _NEARLY or lowest <= walk.seen:
            return None
        return TransientError(
            f"A gap: X lists the newest {CAP} mentions only, some after post {walk.seen} may be missing; "
            "look for them in X"
        )


def _ids(page: Json) -> list[str]:
    items = [each for each in listed(page, "data") if isinstance(each, dict)]
    return [found for each in items if (found := ident(each, "id"))]
