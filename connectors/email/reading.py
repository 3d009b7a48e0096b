"""One poll of one folder: what is new behind its mark, as items, and the mark behind it."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.email.cursor import Mark
from connectors.email.fetching import Fetched, Fetcher
from connectors.email.imap import Folder, Mailbox, Young
from connectors.email.items import accepted
from connectors.email.settings import EmailSettings, Start
from domain.messages import Accepted, InboundMessage

ASK_AGAIN = timedelta(minutes=10)
"""How long a mail that the server withheld is left alone before it is asked for again."""
_ZONES = timedelta(days=1)
"""A search goes by the day in whatever zone the server writes its dates in."""


@dataclass(frozen=True, kw_only=True)
class Handle:
    """Where a taken mail lies in the mailbox, for `acknowledge`."""

    folder: str
    validity: int
    uid: int


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one folder brought, oldest first, how far it is read now, and how many mails are still new."""

    mark: Mark
    items: Sequence[Accepted] = ()
    handles: Sequence[Handle] = ()
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class _Known:
    # One search's answer, kept so that a large backlog is not searched anew for every batch.
    validity: int
    after: int
    uids: Sequence[int]
    total: int


class FolderReader:
    """Reads folders of one mailbox. Raises DeskErrors; what it raised for is asked for again next time."""

    def __init__(
        self,
        mailbox: Mailbox,
        settings: EmailSettings,
        now: Callable[[], datetime],
        parse: Callable[[bytes], InboundMessage],
    ) -> None:
        self._mailbox, self._settings, self._now, self._parse = mailbox, settings, now, parse
        self._fetcher = Fetcher(mailbox, settings)
        self._known: dict[str, _Known] = {}
        self._asked_at: dict[str, datetime] = {}
        self.seen: dict[str, Folder] = {}

    def read(self, name: str, mark: Mark | None, limit: int) -> Taken:
        """At most `limit` new mails of the folder; withheld ones are asked for when nothing else is new."""
        folder = self.seen[name] = self._mailbox.select(name)
        mark = self._valid(folder, mark)
        known = self._search(folder, mark)
        first = bisect_right(known.uids, mark.uid)
        uids = known.uids[first : first + limit]
        if not uids:
            return self._ask_again(folder, mark.settled(), limit)
        haul = self._fetcher.fetch(folder, uids)
        failed = tuple(mail.uid for mail in haul.mails if mail.failure)
        if failed:
            self._asked_at[name] = self._now()
        taken = self._taken(folder, haul.mails, mark)
        mark = replace(mark, uid=haul.reached, missing=(*mark.missing, *failed))
        return replace(taken, mark=mark, left=known.total - bisect_right(known.uids, haul.reached))

    def _valid(self, folder: Folder, mark: Mark | None) -> Mark:
        if mark is None:
            return self._first(folder)
        went_back = folder.uid_next is not None and folder.uid_next <= mark.uid
        if mark.validity != folder.validity or went_back:
            return self._anew(folder, mark)
        return mark

    def _first(self, folder: Folder) -> Mark:
        if self._settings.start is not Start.NEW:
            return Mark(validity=folder.validity)
        last = max(self._mailbox.outermost(), default=0)
        came = self._mailbox.sizes([last])[last].received_at if last else None
        # whoever copied that mail here may have dated it: nothing that is still to come is older than now
        since = min(came, self._now()) if came else None
        return Mark(validity=folder.validity, uid=self._newest(folder), since=since)

    def _anew(self, folder: Folder, mark: Mark) -> Mark:
        # Another folder by the same name, or a server restored from an older state: begin anew, the database
        # knows what it has (E1). What was passed over it does not know, so that is left out by its date.
        self._known.pop(folder.name, None)
        if self._settings.start is Start.NEW and mark.since:
            return Mark(validity=folder.validity, since=mark.since, renumbered=self._newest(folder))
        return Mark(validity=folder.validity)

    def _newest(self, folder: Folder) -> int:
        if folder.uid_next is not None:
            return folder.uid_next - 1
        return max(self._mailbox.outermost(), default=0)

    def _search(self, folder: Folder, mark: Mark) -> _Known:
        known = self._known.get(folder.name)
        if known and known.validity == folder.validity and known.after <= mark.uid < known.uids[-1]:
            return known
        found: tuple[list[int], int] = ([], 0)
        if folder.uid_next is None or folder.uid_next > mark.uid + 1:
            found = self._mailbox.uids_after(mark.uid, folder.messages, _young(mark))
        known = _Known(validity=folder.validity, after=mark.uid, uids=found[0], total=found[1])
        if known.uids:
            self._known[folder.name] = known
        return known

    def _ask_again(self, folder: Folder, mark: Mark, limit: int) -> Taken:
        asked_at = self._asked_at.get(folder.name)
        if not mark.missing or (asked_at and self._now() < asked_at + ASK_AGAIN):
            return Taken(mark=mark)
        self._asked_at[folder.name] = self._now()
        present = self._mailbox.present(mark.missing)
        waiting = [uid for uid in mark.missing if uid in present]
        mails: list[Fetched] = []
        while waiting and len(mails) < limit:
            mail = self._fetcher.alone(folder, waiting[0])
            uid = waiting.pop(0)
            if mail and mail.failure:
                waiting.append(uid)
                break
            mails += [mail] if mail else []
        return replace(self._taken(folder, mails, mark), mark=replace(mark, missing=tuple(waiting)))

    def _taken(self, folder: Folder, mails: Sequence[Fetched], mark: Mark) -> Taken:
        def place(mail: Fetched) -> str:
            return f"{folder.name}/{folder.validity}/{mail.uid}"

        read = [(mail, accepted(mail, place(mail), self._parse)) for mail in mails]
        kept = [(mail, item) for mail, item in read if not _passed_over(mail, item, mark)]
        return Taken(
            mark=Mark(validity=folder.validity),
            items=[item for _, item in kept],
            handles=[
                Handle(folder=folder.name, validity=folder.validity, uid=mail.uid)
                for mail, _ in kept
                if not (mail.failure or mail.oversize)
            ],
        )


def _young(mark: Mark) -> Young | None:
    if not (mark.since and mark.renumbered):
        return None
    return Young(above=mark.renumbered, day=(mark.since - _ZONES).date())


def _passed_over(mail: Fetched, item: Accepted, mark: Mark) -> bool:
    """Whether a renumbered mail is one of those that the first poll passed over, by its time and not its day
    alone. When in doubt it is not."""
    if not mark.since or mail.uid > mark.renumbered or not isinstance(item, InboundMessage):
        return False
    times = (mail.received_at, item.sent_at)
    return all(moment is not None and moment <= mark.since for moment in times)
