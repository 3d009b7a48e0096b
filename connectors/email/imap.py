"""One mailbox on one IMAP connection, dropped at the first doubt and opened anew when next needed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from threading import Event

from imapclient import IMAPClient

from connectors.email.idle import heard_of_new_mail
from connectors.email.imap_errors import folder_error, talk_error
from connectors.email.login import drop, opened, where
from connectors.email.oauth import AccessTokens
from connectors.email.settings import EmailSettings
from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError

KEPT = 10_000
"""How many UIDs are remembered from one search; more would only cost memory."""
_FIRST_SPAN, _LARGEST_SPAN = 500, 50_000
_HIGHEST_UID = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What a server says of a folder: UIDVALIDITY, the next mail's UID (if told), how many mails it holds."""

    name: str
    validity: int
    uid_next: int | None
    messages: int


@dataclass(frozen=True, kw_only=True)
class Young:
    """Which mails are wanted: all above a UID, and those up to it that came, or say that they were written,
    on a day or after it. Either date will do: a server that was restored may have lost the first."""

    above: int
    day: date

    @property
    def criteria(self) -> list[str | date]:
        """The search keys (RFC 3501, 6.4.4)."""
        # no "*": as a range's end it names the last mail even where that lies below
        above: list[str | date] = ["OR", "UID", f"{self.above + 1}:{_HIGHEST_UID}"]
        return [*above, "OR", "SINCE", self.day, "SENTSINCE", self.day]


@dataclass(frozen=True, kw_only=True)
class Size:
    """What is asked of a mail before its body: its size in bytes, and when the server received it."""

    octets: int
    received_at: datetime | None


class Mailbox:
    """Speaks IMAP and raises DeskErrors only. Not thread safe: one connection belongs to one process."""

    def __init__(self, settings: EmailSettings, tokens: AccessTokens | None) -> None:
        self._settings, self._tokens = settings, tokens
        self._client: IMAPClient | None = None
        self._selected: tuple[str, bool] | None = None

    @property
    def connected(self) -> bool:
        """Whether a connection is at hand; it may be dead without our knowing."""
        return self._client is not None

    def close(self) -> None:
        """Drop the connection. Never raises, never waits."""
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            drop(client)

    def select(self, name: str, *, writable: bool = False) -> Folder:
        """Open a folder, read-only unless asked otherwise, and say how it stands now.

        A connection that died while nobody used it is replaced without a word.
        """
        reused = self.connected
        try:
            return self._select(name, writable)
        except ConnectionFailedError:
            if not reused:
                raise
            return self._select(name, writable)

    def _select(self, name: str, writable: bool) -> Folder:
        with self._talking(folder=name) as client:
            answer = client.select_folder(name, readonly=not writable)
            self._selected = (name, writable)
            return Folder(
                name=name,
                validity=int(answer.get(b"UIDVALIDITY", 0)),
                uid_next=answer.get(b"UIDNEXT"),
                messages=int(answer[b"EXISTS"]),
            )

    def selected(self, name: str, *, writable: bool = False) -> bool:
        """Whether this folder is the one that is open."""
        return self._selected == (name, writable)

    def uids_after(self, last: int, messages: int, young: Young | None = None) -> tuple[list[int], int]:
        """The lowest UIDs above the given one, ascending, and how many there are in all; of `young`
        mails only where it is given.

        Asks by sequence numbers, from the end backwards in growing spans: no answer outgrows imaplib's line
        limit however large the folder is, and mails that vanish meanwhile can only be seen twice, not missed.
        """
        found: list[int] = []
        total, span, high = 0, _FIRST_SPAN, messages
        while high > 0:
            low = max(1, high - span + 1)
            with self._talking("searching") as client:
                span_of = f"{low}:{'*' if high == messages else high}"
                numbers = set(client.search([span_of, *(young.criteria if young else ())]))
            new = {uid for uid in numbers if uid > last}.difference(found)
            total += len(new)
            found = sorted(new.union(found))[:KEPT]
            if numbers and min(numbers) <= last:
                break
            high, span = low - 1, min(span * 4, _LARGEST_SPAN)
        return found, total

    def sizes(self, uids: Sequence[int]) -> Mapping[int, Size]:
        """Size and arrival of each mail; a UID that is missing is no longer there, or not handed over."""
        with self._talking("asking for sizes") as client:
            answer = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            return {
                uid: Size(octets=int(fields[b"RFC822.SIZE"]), received_at=fields.get(b"INTERNALDATE"))
                for uid, fields in answer.items()
                if fields.get(b"RFC822.SIZE") is not None
            }

    def originals(self, uids: Sequence[int]) -> Mapping[int, bytes]:
        """The mails as they are, byte for byte, their flags untouched (E2)."""
        return self._parts(uids, b"BODY[]")

    def headers(self, uids: Sequence[int]) -> Mapping[int, bytes]:
        """The mails' headers alone (E18)."""
        return self._parts(uids, b"BODY[HEADER]")

    def present(self, uids: Sequence[int]) -> set[int]:
        """Which of the UIDs are still in the folder."""
        if not uids:
            return set()
        with self._talking("looking for mails") as client:
            return set(client.search(["UID", ",".join(map(str, uids))])).intersection(uids)

    def outermost(self) -> set[int]:
        """The UIDs of the open folder's first and last mail."""
        with self._talking("looking for mails") as client:
            return set(client.search(["1,*"]))

    def status(self, name: str) -> tuple[int, int, int]:
        """UIDVALIDITY, UIDNEXT and number of mails of a folder, without opening it (E5)."""
        with self._talking(folder=name) as client:
            answer = client.folder_status(name, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
            return int(answer[b"UIDVALIDITY"]), int(answer[b"UIDNEXT"]), int(answer[b"MESSAGES"])

    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        with self._talking("asking for capabilities") as client:
            return bool(client.has_capability("IDLE"))

    def idle(self, seconds: float, stop: Event) -> None:
        """Return when the open folder has news, when `stop` is set, or after the given seconds."""
        with self._talking("IDLE") as client:
            heard_of_new_mail(client, seconds, stop)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Set \\Seen on mails of the open folder."""
        with self._talking("marking mails as read") as client:
            client.add_flags(uids, [rb"\Seen"], silent=True)

    def move(self, uids: Sequence[int], target: str) -> None:
        """Move mails of the open folder: by MOVE (RFC 6851), or by COPY and UID EXPUNGE (RFC 4315).

        A server with neither keeps the originals marked as deleted: a plain EXPUNGE would also destroy what
        another client has marked.
        """
        with self._talking(f"moving mails to {target!r}") as client:
            if client.has_capability("MOVE"):
                client.move(uids, target)
                return
            client.copy(uids, target)
            client.delete_messages(uids, silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge(uids)

    def exists(self, name: str) -> bool:
        """Whether there is such a folder."""
        with self._talking("listing folders") as client:
            return bool(client.folder_exists(name))

    def create(self, name: str) -> None:
        """Make a folder."""
        with self._talking(folder=name) as client:
            client.create_folder(name)

    def delete(self, name: str) -> None:
        """Delete a folder."""
        with self._talking(folder=name) as client:
            client.delete_folder(name)

    def _parts(self, uids: Sequence[int], key: bytes) -> Mapping[int, bytes]:
        with self._talking("fetching mails") as client:
            answer = client.fetch(uids, [key.replace(b"[", b".PEEK[")])
            return {uid: fields[key] for uid, fields in answer.items() if isinstance(fields.get(key), bytes)}

    @contextmanager
    def _talking(self, doing: str = "", *, folder: str | None = None) -> Iterator[IMAPClient]:
        """The open connection. What goes wrong becomes a DeskError, and drops it where it is in doubt."""
        try:
            if self._client is None:
                self._client = opened(self._settings, self._tokens)
            yield self._client
        except DeskError:
            self.close()
            raise
        except Exception as error:
            raise self._doubted(error, doing, folder) from error
        except BaseException:
            self.close()
            raise

    def _doubted(self, error: Exception, doing: str, folder: str | None) -> DeskError:
        place, secrets = where(self._settings), self._settings.secrets
        secrets += self._tokens.secrets if self._tokens else ()
        if folder is None:
            self.close()
            return talk_error(error, place, doing, secrets)
        fault, self._selected = folder_error(error, place, folder, secrets), None
        if not isinstance(fault, NotConfiguredError):  # a plain "no such folder" casts no doubt on the line
            self.close()
        return fault
