"""What a feed's file would come to, before anything is taken in."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.feeds.mapping import read_mapping
from connectors.feeds.parsing import reader_of
from connectors.feeds.reading import read_feed
from connectors.feeds.rows import Reader
from connectors.feeds.sequences import gaps, reference_of
from connectors.feeds.settings import FeedSettings
from domain.errors import NotConfiguredError
from domain.messages import InboundMessage
from domain.vocabulary import Channel
from pipeline.desk import Desk
from pipeline.feeds import settings_of
from store.records import Account

FIRST = 5


@dataclass(frozen=True, kw_only=True)
class TablePreview:
    """One table: which of its columns holds what of ours, which hold nothing, and what of ours has none."""

    name: str
    rows: int
    mapped: dict[str, str]
    unmapped: Sequence[str]
    absent: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a file would come to: tables, first messages, all that would be quarantined, missing numbers.

    `known` is how many of its rows came before just as they are.
    """

    tables: Sequence[TablePreview]
    first: Sequence[InboundMessage]
    rows: int
    known: int
    faults: Sequence[str]
    missing: Sequence[str]


def reader_for_account(desk: Desk, account: Account) -> Reader:
    """How an account's files are read. Raises NotConfiguredError."""
    settings = settings_of(desk, account)
    if not isinstance(settings, FeedSettings):
        raise NotConfiguredError(f"{account.name!r} is no feed")
    return reader_of(Channel(account.channel), settings)


def reader_for_mapping(channel: Channel, text: str) -> Reader:
    """How files are read by a mapping given as TOML, over the channel's own. Raises NotConfiguredError."""
    return Reader(channel=channel, mapping=read_mapping(text, channel))


def came_before(desk: Desk, account: Account) -> list[str]:
    """The external ids of everything the feed ever brought."""
    with desk.uow() as uow:
        return list(uow.feeds.external_ids(account.id))


def preview(name: str, content: bytes, reader: Reader, before: Sequence[str] = ()) -> Preview:
    """What a file would come to; `before` are the external ids of what came before it. Never raises for
    what a file says."""
    reading = read_feed(name, content, reader)
    ids = [item.external_id for item in reading.items]
    return Preview(
        tables=[
            TablePreview(
                name=table.name,
                rows=len(table.rows),
                mapped={str(field): column for field, column in fields.items()},
                unmapped=[column for column in table.columns if column and column not in fields.values()],
                absent=[str(field) for field in reader.mapping.columns if field not in fields],
            )
            for table, fields in reading.tables
        ],
        first=reading.messages[:FIRST],
        rows=len(reading.messages),
        known=len(set(ids).intersection(before)),
        faults=[each.error for each in reading.unreadable],
        missing=[str(gap) for gap in gaps(map(reference_of, [*before, *ids]), reader.mapping.sequence)],
    )
