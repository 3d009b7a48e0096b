"""Taking mails out of an open folder: many at once while all goes well, one by one after a failure (E7).

A mail that the server twice does not hand over, on fresh connections that otherwise work, is given up for
this time: the others go on, and it is told apart so that it can be asked for again later.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.email.imap import Folder, Mailbox, Size
from connectors.email.settings import EmailSettings
from domain.errors import ConnectionFailedError, TransientError

_ATTEMPTS = 2
_SUSPICIOUS = 3
_BUDGET_SECONDS = 45.0
"""No further single mail is begun after this; the next poll goes on. A watchdog stands behind it."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One mail as the server gave it. `oversize` means that `raw` is the header alone; `failure` that there
    is no `raw` because the server would not give it."""

    uid: int
    raw: bytes = b""
    octets: int = 0
    received_at: datetime | None = None
    oversize: bool = False
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class Haul:
    """What was fetched, ascending, and the last UID dealt with; UIDs up to it that are not in `mails` are
    gone from the folder."""

    mails: Sequence[Fetched]
    reached: int


class Fetcher:
    """Fetches from one mailbox. Raises a TransientError only when nothing at all could be fetched."""

    def __init__(self, mailbox: Mailbox, settings: EmailSettings) -> None:
        self._mailbox, self._settings = mailbox, settings

    def fetch(self, folder: Folder, uids: Sequence[int]) -> Haul:
        """As many of the ascending UIDs as the batch allows, at least one."""
        try:
            return self._together(uids)
        except TransientError:
            return self._one_by_one(folder, uids)

    def alone(self, folder: Folder, uid: int) -> Fetched | None:
        """One mail by itself, None when it is gone. Raises a TransientError when the server is away."""
        trouble = ""
        for _ in range(_ATTEMPTS):
            self._reopen(folder)
            try:
                mails = self._together([uid]).mails
                return mails[0] if mails else None
            except TransientError as error:
                trouble = str(error)
        self._reopen(folder)  # the server is well, so it is this mail
        return Fetched(uid=uid, failure=trouble)

    def _reopen(self, folder: Folder) -> None:
        if self._mailbox.selected(folder.name):
            return
        if self._mailbox.select(folder.name).validity != folder.validity:
            raise ConnectionFailedError(f"The folder {folder.name!r} was replaced while it was read")

    def _together(self, uids: Sequence[int]) -> Haul:
        sizes = self._mailbox.sizes(uids)
        wanted = list(self._within_batch(uids, sizes))
        large = [uid for uid in wanted if self._too_large(sizes[uid])]
        small = [uid for uid in wanted if not self._too_large(sizes[uid])]
        raws = {**self._mailbox.originals(small), **self._mailbox.headers(large)}
        reached = wanted[-1] if 0 < len(wanted) < len(sizes) else uids[-1]
        self._refuse_silence([uid for uid in uids if uid <= reached and uid not in raws])
        mails = [_fetched(uid, raws[uid], sizes[uid], uid in large) for uid in wanted if uid in raws]
        return Haul(mails=mails, reached=reached)

    def _within_batch(self, uids: Sequence[int], sizes: Mapping[int, Size]) -> Iterator[int]:
        total = 0
        for uid in (uid for uid in uids if uid in sizes):
            own = 0 if self._too_large(sizes[uid]) else sizes[uid].octets
            if total and total + own > self._settings.batch_bytes:
                return
            total += own
            yield uid

    def _too_large(self, size: Size) -> bool:
        return size.octets > self._settings.max_bytes

    def _refuse_silence(self, unanswered: Sequence[int]) -> None:
        # Not answered is either expunged by another client, which is fine, or withheld, which is not.
        withheld = self._mailbox.present(unanswered)
        if withheld:
            raise ConnectionFailedError(f"The server left out mails it holds: UID {sorted(withheld)}")

    def _one_by_one(self, folder: Folder, uids: Sequence[int]) -> Haul:
        mails: list[Fetched] = []
        reached, until = 0, time.monotonic() + _BUDGET_SECONDS
        for uid in uids:
            try:
                mail = self.alone(folder, uid)
            except TransientError:
                if not reached:
                    raise
                break
            mails += [mail] if mail else []
            self._blame_the_server(folder, mails)
            reached = uid
            if time.monotonic() > until or sum(len(m.raw) for m in mails) >= self._settings.batch_bytes:
                break
        return Haul(mails=mails, reached=reached)

    def _blame_the_server(self, folder: Folder, mails: Sequence[Fetched]) -> None:
        # Mails are given up only while the server hands over others: its bad hour is not theirs.
        if len(mails) < _SUSPICIOUS or not all(mail.failure for mail in mails):
            return
        for uid in self._mailbox.outermost() - {mail.uid for mail in mails}:
            with contextlib.suppress(TransientError):
                self._reopen(folder)
                if self._mailbox.headers([uid]):
                    return
        raise ConnectionFailedError(f"The server hands over no mail at all: {mails[-1].failure}")


def _fetched(uid: int, raw: bytes, size: Size, oversize: bool) -> Fetched:
    return Fetched(uid=uid, raw=raw, octets=size.octets, received_at=size.received_at, oversize=oversize)
