"""An account that takes scans from a drop folder, and the reading of their words."""

from collections.abc import Sequence

from connectors.base import Batch, ConnectorContext, Transcript
from connectors.drop_folder import DropFolder, Dropped
from connectors.ocr import engine
from connectors.ocr.kinds import kind_of
from connectors.ocr.language import data_folder
from connectors.ocr.limits import OcrLimits
from connectors.scans.facts import Facts, facts_of
from connectors.scans.letters import NO_SCAN, may_be_split, messages_of
from connectors.scans.settings import ScanSettings
from domain.errors import DeskError, NotConfiguredError, TransientError, UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.vocabulary import Channel


class ScanParser:
    """Understands the originals of one channel: a file's bytes. Splits at separator sheets by itself."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in a scanned file, without their words. Raises UnreadableMessageError."""
        if (kind := kind_of(raw)) is None:
            raise UnreadableMessageError(NO_SCAN)
        return messages_of(self._channel, raw, kind, self._channel, Facts(), _letters(raw))

    def transcribe(self, content: bytes) -> Transcript:
        """The words of one file. Raises as `engine.transcribe` does."""
        return engine.transcribe(content, OcrLimits())


class ScanConnector(ScanParser):
    """One drop folder. It belongs to one process."""

    def __init__(self, context: ConnectorContext, channel: Channel) -> None:
        super().__init__(channel)
        self._settings: ScanSettings = context.settings
        self._folder = DropFolder(self._settings, context.now)

    def poll(self, cursor: str) -> Batch:
        """What was dropped since, oldest first. Where it was read up to is the folder's own state: the cursor
        stays empty. Raises a DeskError."""
        haul = self._folder.take()
        return Batch(
            items=[item for file in haul.files for item in self._accepted(file)],
            cursor=cursor,
            handles=haul.files,
            more=haul.left > 0,
            backlog=haul.left,
            trouble=haul.trouble or _missing_data(),
        )

    def acknowledge(self, batch: Batch) -> None:
        """Put the batch's files away. Raises ConnectionFailedError; they are then handed over again."""
        self._folder.done(batch.handles)

    def transcribe(self, content: bytes) -> Transcript:
        """The words of one file, within this account's limits. Raises as `engine.transcribe` does."""
        return engine.transcribe(content, self._settings.limits)

    def check(self) -> None:
        """Look whether files can be moved and read. Raises NotConfiguredError that says what to do."""
        self._folder.check()
        data_folder()

    def close(self) -> None:
        """Let go of the folder. Never raises."""
        self._folder.close()

    def _accepted(self, file: Dropped) -> Sequence[Accepted]:
        kind = kind_of(file.content)
        if kind is None:
            error = f"{NO_SCAN}, and {file.name!r} is none"
            return [Unreadable(channel=self._channel, external_id=file.sha256, raw=file.content, error=error)]
        facts = facts_of(
            file.name,
            file.sidecar,
            pattern=self._settings.name_pattern,
            time_format=self._settings.time_format,
        )
        letters = _letters(file.content) if self._settings.separators else ()
        return messages_of(self._channel, file.content, kind, file.name, facts, letters)


def _letters(content: bytes) -> Sequence[engine.Letter]:
    try:
        return engine.split(content, OcrLimits()) if may_be_split(content) else ()
    except TransientError:
        return ()  # one case for several letters is put right by a person; a folder that stands still is not


def _missing_data() -> DeskError | None:
    try:
        data_folder()
    except NotConfiguredError as error:
        return error
    return None
