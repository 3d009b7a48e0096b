"""The cursor of a mailbox: UIDVALIDITY and the last UID taken, per folder (E1).

It is stored in the same transaction as the messages. A folder's UIDs only ever grow while its UIDVALIDITY
stays the same (RFC 3501, section 2.3.1.1), so nothing else is needed to know what is new: no flag, no date.
Only where old mail was passed over at the first poll, and the UIDs no longer hold, a date is all there is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.errors import NotConfiguredError


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far one folder has been read. `missing` are UIDs before `uid` that the server would not hand over:
    they are asked for again and again, so that a server's bad hour loses nothing (E7). `since` is when the
    newest mail came that was passed over at the first poll (aware); None when none was, or it is not known.
    Of the mails up to `renumbered` only those are taken that are not older: by their UIDs they cannot be told
    from the ones that were passed over."""

    validity: int
    uid: int = 0
    missing: tuple[int, ...] = ()
    since: datetime | None = None
    renumbered: int = 0

    def behind(self, uids: int) -> "Mark":
        """The mark so many UIDs before."""
        return replace(self, uid=max(0, self.uid - uids), renumbered=max(self.uid, self.renumbered))

    def settled(self) -> "Mark":
        """The same when nothing that is to be taken is left: what was renumbered lies behind it."""
        return replace(self, uid=max(self.uid, self.renumbered), renumbered=0)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The marks of all folders ever read; those no longer configured are kept, in case they come back."""

    marks: Mapping[str, Mark] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read what `str(cursor)` wrote; empty text is the cursor before the first poll.

        Raises NotConfiguredError for anything else: guessing would skip or repeat mail.
        """
        try:
            stored = json.loads(text) if text else {}
            return cls(marks={folder: _mark(entry) for folder, entry in stored.items()})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotConfiguredError(f"The stored cursor of this mailbox cannot be read: {error}") from error

    def __str__(self) -> str:
        return json.dumps({folder: _entry(mark) for folder, mark in self.marks.items()}, ensure_ascii=False)

    def having(self, folder: str, mark: Mark) -> "Cursor":
        """The same cursor with one folder's mark replaced."""
        return Cursor(marks={**self.marks, folder: mark})


def _mark(entry: Mapping[str, Any]) -> Mark:
    return Mark(
        validity=int(entry["validity"]),
        uid=int(entry["uid"]),
        missing=tuple(int(uid) for uid in entry.get("missing", ())),
        since=datetime.fromisoformat(entry["since"]) if "since" in entry else None,
        renumbered=int(entry.get("renumbered", 0)),
    )


def _entry(mark: Mark) -> dict[str, Any]:
    entry: dict[str, Any] = {"validity": mark.validity, "uid": mark.uid}
    rare = {
        "missing": list(mark.missing),
        "since": mark.since.isoformat() if mark.since else None,
        "renumbered": mark.renumbered,
    }
    return entry | {name: value for name, value in rare.items() if value}
