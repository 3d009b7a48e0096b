"""An account of a fed channel: reads its drop folder, one file and then one slice of rows at a time."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from connectors.base import Batch, ConnectorContext, ConnectorSpec
from connectors.drop_folder import DropFolder, Dropped
from connectors.feeds.parsing import FeedParser, reader_of
from connectors.feeds.settings import FeedSettings
from domain.errors import DeskError, NotConfiguredError
from domain.messages import Accepted
from domain.vocabulary import Channel

AT_ONCE = 1000
"""Rows of one transaction; a file's end is acknowledged only when all before it is stored."""


@dataclass(frozen=True, kw_only=True)
class _Slice:
    items: Sequence[Accepted]
    done: Dropped | None = None


class FeedConnector(FeedParser):
    """Polls the drop folder. A crash between two slices hands the file over again, from its first row."""

    def __init__(self, channel: Channel, context: ConnectorContext) -> None:
        settings: FeedSettings = context.settings
        super().__init__(channel, reader_of(channel, settings))
        self._settings = settings
        self._folder = DropFolder(settings.drop, context.now) if settings.drop else None
        self._slices: deque[_Slice] = deque()

    def poll(self, cursor: str) -> Batch:
        """The next rows of the file in hand, or the first ones of the next file; the same ones again until
        they are acknowledged. Raises a DeskError."""
        trouble, left = (None, 0) if self._slices else self._take_next()
        return Batch(
            items=self._slices[0].items if self._slices else (),
            cursor=cursor,
            more=len(self._slices) > 1 or left > 0,
            handles=[self._slices[0]] if self._slices else (),
            trouble=trouble,
        )

    def acknowledge(self, batch: Batch) -> None:
        """Go on behind these rows; put the file away whose last ones they are. Raises
        ConnectionFailedError."""
        for piece in batch.handles:
            if self._slices and self._slices[0] is piece:
                self._slices.popleft()
            if self._folder and piece.done:
                self._folder.done([piece.done])

    def check(self) -> None:
        """Try the folders. Raises NotConfiguredError that says what to mend."""
        if self._folder:
            self._folder.check()
        answers = self._settings.answer_folder
        if answers is None:
            return
        try:
            probe = answers / ".deneme"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise NotConfiguredError(f"{answers} cannot be written to: {error.strerror}") from error

    def close(self) -> None:
        """Let go of the folder; what is in hand comes again."""
        self._slices.clear()
        if self._folder:
            self._folder.close()

    def _take_next(self) -> tuple[DeskError | None, int]:
        if self._folder is None:
            raise NotConfiguredError("this account has no folder to read")
        haul = self._folder.take()
        for file in haul.files:
            items = self.accepted(file.name, file.content)
            parts = [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)] or [[]]
            self._slices += [_Slice(items=part) for part in parts[:-1]]
            self._slices.append(_Slice(items=parts[-1], done=file))
        return haul.trouble, haul.left


def feed_spec(settings: type[FeedSettings]) -> ConnectorSpec:
    """The registry's line of the channel that is fed with these settings."""
    channel = settings.channel

    def polls(each: Any) -> bool:
        return isinstance(each, FeedSettings) and each.folder is not None

    def build(context: ConnectorContext) -> object:
        return FeedConnector(channel, context)

    model: type[BaseModel] = settings
    return ConnectorSpec(
        channel=channel,
        settings=model,
        build=build,
        parser=lambda: FeedParser(channel),
        polls=polls,
        wait_seconds=10.0,
        deadline_seconds=300.0,
    )
