"""Reads stored originals of a feed: one row's, or a whole file."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from connectors.feeds.mapping import FeedMapping, complete
from connectors.feeds.reading import read_feed, to_accept
from connectors.feeds.rows import Reader, is_original, read_original
from connectors.feeds.settings import FeedSettings
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, InboundMessage
from domain.vocabulary import Channel


class FeedParser:
    """Understands a channel's originals by its shipped mapping, or by an account's own."""

    def __init__(self, channel: Channel, reader: Reader | None = None) -> None:
        self._channel = channel
        self.reader = reader or Reader(
            channel=channel, mapping=FeedMapping.model_validate(complete({}, channel))
        )

    def for_settings(self, settings: BaseModel) -> Self:
        """The parser of an account: a row that a changed mapping now fits is understood by it."""
        if not isinstance(settings, FeedSettings):
            return self
        return type(self)(self._channel, reader_of(self._channel, settings))

    def accepted(self, name: str, content: bytes) -> Sequence[Accepted]:
        """What of a file is to be stored: its rows, what of it nobody understands, and the file itself, last.
        Never raises."""
        return to_accept(name, content, self.reader)

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The message of a row's original, or those of all rows of a file that are understood.

        Raises UnreadableMessageError when there is none, with the first reason.
        """
        if is_original(raw):
            cells, row, origin = read_original(raw)
            return [self.reader.message(cells, raw=raw, row=row, origin=origin)]
        reading = read_feed("file", raw, self.reader)
        if reading.messages:
            return reading.messages
        raise UnreadableMessageError(next((u.error for u in reading.unreadable), "the file has no rows"))


def reader_of(channel: Channel, settings: FeedSettings) -> Reader:
    """How an account's rows are read."""
    return Reader(channel=channel, mapping=settings.mapping, notify=settings.notify_citizens)
