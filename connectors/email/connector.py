"""The e-mail channel: one mailbox, read by cursor, waited on by IDLE, told after the commit."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event

from connectors.base import Batch, ConnectorContext, Transcript
from connectors.email.cursor import Cursor
from connectors.email.fax_mail import as_fax
from connectors.email.imap import Mailbox
from connectors.email.oauth import AccessTokens
from connectors.email.parse import parse_mail
from connectors.email.reading import FolderReader, Taken
from connectors.email.settings import Auth, EmailSettings
from connectors.ocr import engine
from connectors.ocr.language import data_folder
from connectors.ocr.limits import OcrLimits
from domain.errors import DeskError, NotConfiguredError
from domain.messages import InboundMessage

LONGEST_PAUSE = 60.0
"""The longest wait, in seconds, where the server does not tell of new mail by itself."""


class EmailConnector:
    """Reads one mailbox. It has one connection, is not thread safe, and belongs to one process."""

    def __init__(
        self, context: ConnectorContext, parse: Callable[[bytes], InboundMessage] | None = None
    ) -> None:
        self._settings: EmailSettings = context.settings
        self._read = parse or partial(parse_mail, instance=context.instance)
        oauth = self._settings.auth is not Auth.PASSWORD
        self._tokens = AccessTokens(self._settings, context.now) if oauth else None
        self._mailbox = Mailbox(self._settings, self._tokens)
        self._faxes = self._settings.fax_senders
        self._reader = FolderReader(self._mailbox, self._settings, context.now, self._parse)
        self._stopping = Event()
        self._target_ready = False
        self._idle_faults = 0

    def poll(self, cursor: str) -> Batch:
        """What is new behind the cursor, oldest first within each folder, each folder with its fair share.

        A refresh token that was replaced ends the poll early with an empty batch, so that it is stored before
        anything can go wrong (test 29). A folder that cannot be opened does not hold up the others: its error
        is the batch's `trouble`. Raises a DeskError when nothing could be read.
        """
        marks = Cursor.parse(cursor)
        if self._rotated():
            return Batch(items=(), cursor=cursor, more=True)
        taken, trouble = self._read_folders(marks)
        partly = any(one.items for one in taken.values()) or isinstance(trouble, NotConfiguredError)
        if trouble and not (taken and partly):
            raise trouble
        for name, one in taken.items():
            marks = marks.having(name, one.mark)
        left = sum(one.left for one in taken.values())
        return Batch(
            items=[item for one in taken.values() for item in one.items],
            handles=[handle for one in taken.values() for handle in one.handles],
            cursor=str(marks),
            more=left > 0,
            backlog=left,
            trouble=trouble,
        )

    def wait(self, seconds: float) -> None:
        """Return when the first folder may have new mail, at the latest after the given seconds.

        By IDLE where the server has it (E6). Other folders are not watched, so nothing longer than a minute
        is waited where there are some. A broken connection ends the wait; `poll` opens the next one.
        """
        several = len(self._settings.folders) > 1
        seconds = min(seconds, LONGEST_PAUSE) if several else seconds
        try:
            if not self._idles():
                self._stopping.wait(min(seconds, LONGEST_PAUSE))
            elif not self._moved_on():
                self._mailbox.idle(seconds, self._stopping)
                self._idle_faults = 0
        except DeskError:
            # At once the first time; then ever slower, so that a server that breaks IDLE is simply polled.
            self._idle_faults += 1
            self._stopping.wait(min(seconds, 2.0**self._idle_faults - 2, LONGEST_PAUSE))

    def acknowledge(self, batch: Batch) -> None:
        r"""Mark the batch's mails \Seen and move them, as configured. Mails that were not taken whole stay.

        Raises a DeskError when the server refuses; the mails are stored and are not taken again.
        """
        if not (self._settings.mark_seen or self._settings.move_to):
            return
        uids: dict[tuple[str, int], list[int]] = defaultdict(list)
        for handle in batch.handles:
            uids[handle.folder, handle.validity].append(handle.uid)
        try:
            for (folder, validity), group in uids.items():
                self._put_away(folder, validity, group)
        except DeskError:
            self._target_ready = False
            raise

    def check(self) -> None:
        """Log in on a connection of its own and open every folder as it will be used.

        A missing target folder is made and removed again, to see that it can be. Raises a DeskError.
        """
        if not self._settings.host:
            return
        if self._faxes:
            data_folder()
        probe = Mailbox(self._settings, self._tokens)
        try:
            for folder in self._settings.folders:
                probe.select(folder, writable=self._settings.mark_seen or bool(self._settings.move_to))
            if self._settings.move_to and not probe.exists(self._settings.move_to):
                probe.create(self._settings.move_to)
                probe.delete(self._settings.move_to)
        finally:
            probe.close()

    def behind(self, cursor: str, messages: int) -> str:
        """A cursor that stands up to so many mails before this one in each folder (E5); what the first poll
        passed over stays so."""
        marks = Cursor.parse(cursor)
        for name, mark in marks.marks.items():
            marks = marks.having(name, mark.behind(messages))
        return str(marks)

    def count(self) -> dict[str, tuple[int, int, int]]:
        """(UIDVALIDITY, UIDNEXT, number of mails) of each folder, for the reconciliation (E5)."""
        return {name: self._mailbox.status(name) for name in self._settings.folders}

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message in a mail's bytes. Raises UnreadableMessageError."""
        return [self._parse(raw)]

    def transcribe(self, content: bytes) -> Transcript:
        """The words of a fax that came by mail. Raises as `engine.transcribe` does."""
        return engine.transcribe(content, OcrLimits())

    def take_rotated(self) -> dict[str, str]:
        """Settings whose secret the provider replaced since the last call, with their new values."""
        return self._tokens.take_rotated() if self._tokens else {}

    def stop_waiting(self) -> None:
        """End a wait within about a second; callable from a signal handler or another thread."""
        self._stopping.set()

    def close(self) -> None:
        """Drop the connection. Never raises; a later poll opens a new one."""
        self._mailbox.close()

    def _parse(self, raw: bytes) -> InboundMessage:
        message = self._read(raw)
        return as_fax(message, self._faxes, self._settings.fax_subject) if self._faxes else message

    def _read_folders(self, marks: Cursor) -> tuple[dict[str, Taken], DeskError | None]:
        if not self._settings.host:
            raise NotConfiguredError("This account names no host: it is fed by the mail server, not polled")
        limit = max(1, self._settings.batch_size // len(self._settings.folders))
        taken: dict[str, Taken] = {}
        trouble: DeskError | None = None
        for name in self._settings.folders:
            try:
                taken[name] = self._reader.read(name, marks.marks.get(name), limit)
            except NotConfiguredError as error:
                trouble = trouble or error
            except DeskError as error:
                return taken, error
        return taken, trouble

    def _rotated(self) -> bool:
        if not self._tokens or self._mailbox.connected:
            return False
        before = self._tokens.rotations
        self._tokens.current()
        return self._tokens.rotations != before

    def _idles(self) -> bool:
        return self._settings.idle and self._mailbox.connected and self._mailbox.can_idle()

    def _moved_on(self) -> bool:
        # What came between the last poll and the beginning of IDLE would not be told of.
        seen = self._reader.seen.get(self._settings.folders[0])
        now = self._mailbox.select(self._settings.folders[0])
        if seen is None or now.validity != seen.validity:
            return True
        if now.uid_next is None or seen.uid_next is None:
            return now.messages > seen.messages
        return now.uid_next > seen.uid_next

    def _put_away(self, folder: str, validity: int, uids: Sequence[int]) -> None:
        target = self._settings.move_to
        if target and not self._target_ready:
            if not self._mailbox.exists(target):
                self._mailbox.create(target)
            self._target_ready = True
        if self._mailbox.select(folder, writable=True).validity != validity:
            return
        if self._settings.mark_seen:
            self._mailbox.mark_seen(uids)
        if target:
            self._mailbox.move(uids, target)
