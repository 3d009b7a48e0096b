"""A whole feed file: its format by its content, its tables, and what becomes of each row. Pure."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.feeds.columns import REQUIRED, FeedField
from connectors.feeds.delimited import read_delimited
from connectors.feeds.limits import MOST_BYTES, too_much
from connectors.feeds.mapping import FeedMapping
from connectors.feeds.marks import FEED_NAME, FEED_UNREADABLE, FEED_WHOLE
from connectors.feeds.markup import is_markup, read_markup
from connectors.feeds.packed import is_packed, is_workbook, members
from connectors.feeds.rows import Origin, Reader
from connectors.feeds.tables import Row, Table, key_of
from connectors.feeds.workbook import read_workbook
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.text import fold, storable

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file came to: each row's message or its unreadable self, and per table which column is what.

    `spoilt` are members of an archive, or the file itself, that could not be read at all.
    """

    items: Sequence[Accepted]
    tables: Sequence[tuple[Table, dict[FeedField, str]]] = ()
    spoilt: Sequence[Unreadable] = field(default_factory=tuple)

    @property
    def messages(self) -> list[InboundMessage]:
        """The rows that were understood."""
        return [item for item in self.items if isinstance(item, InboundMessage)]

    @property
    def unreadable(self) -> list[Unreadable]:
        """What was not: rows, members, the file."""
        return [item for item in (*self.items, *self.spoilt) if isinstance(item, Unreadable)]


def read_feed(name: str, content: bytes, reader: Reader) -> Reading:
    """Every row of a file. Never raises: what cannot be read is among the unreadable, with the reason."""
    sha256 = hashlib.sha256(content).hexdigest()
    items: list[Accepted] = []
    tables: list[tuple[Table, dict[FeedField, str]]] = []
    spoilt: list[Unreadable] = []
    try:
        for part, inside in _parts(name, content):
            try:
                table = read_table(part, inside, reader.mapping)
                fields = _fields(table, reader.mapping)
            except UnreadableMessageError as error:
                spoilt.append(_spoilt(reader, part, inside, error))
                continue
            origin = Origin(name=part, sha256=sha256)
            tables.append((table, fields))
            items += [reader.accept(row, origin) for row in _wanted(table.rows, reader.mapping)]
    except UnreadableMessageError as error:
        spoilt.append(_spoilt(reader, name, content, error))
    return Reading(items=items, tables=tables, spoilt=spoilt)


def to_accept(name: str, content: bytes, reader: Reader) -> list[Accepted]:
    """What of a file is to be stored: its rows, and the file itself whole, last."""
    reading = read_feed(name, content, reader)
    found: list[Accepted] = [*reading.items, *reading.spoilt]
    if reading.tables:
        found.append(_whole(name, content, reading, reader))
    return found


def read_table(name: str, content: bytes, mapping: FeedMapping) -> Table:
    """The table in one file that is no archive. Raises UnreadableMessageError that says what is wrong."""
    if not content.strip():
        raise UnreadableMessageError("the file is empty")
    if content.startswith(_OLD_EXCEL):
        raise UnreadableMessageError("an old Excel file (.xls), or one with a password: save it as XLSX")
    if is_packed(content):
        return read_workbook(name, content, mapping.wanted, sheet=mapping.sheet)
    if is_markup(content):
        return read_markup(name, content, mapping.wanted, row_element=mapping.row_element)
    return read_delimited(
        name, content, mapping.wanted, delimiter=mapping.delimiter, encoding=mapping.encoding
    )


def _parts(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if len(content) > MOST_BYTES:
        raise too_much("bytes", MOST_BYTES)
    if is_packed(content) and not is_workbook(content):
        inside = list(members(content))
        if not inside:
            raise UnreadableMessageError("the archive holds no file")
        yield from ((f"{storable(name)}/{member}", part) for member, part in inside)
    else:
        yield storable(name), content


def _fields(table: Table, mapping: FeedMapping) -> dict[FeedField, str]:
    fields = mapping.match(table.columns)
    if missing := [field for field in REQUIRED if field not in fields]:
        names = "; ".join(f"{field}: {', '.join(mapping.columns[field])}" for field in missing)
        seen = ", ".join(column[:40] for column in table.columns if column)
        raise UnreadableMessageError(f"no column of the file is one of ({names}); it has {seen}")
    return fields


def _wanted(rows: Sequence[Row], mapping: FeedMapping) -> Iterator[Row]:
    """All rows but those that the mapping passes over: totals, repeated headings."""
    ignored = re.compile(mapping.ignored_rows) if mapping.ignored_rows else None
    for row in rows:
        first = next(iter(row.cells.values()))
        repeated = all(key_of(name) == key_of(text) for name, text in row.cells.items())
        if not repeated and not (ignored and ignored.search(fold(first))):
            yield row


def _spoilt(reader: Reader, name: str, content: bytes, error: UnreadableMessageError) -> Unreadable:
    digest = hashlib.sha256(content).hexdigest()
    return Unreadable(
        channel=reader.channel,
        external_id=f"unreadable:{digest}",
        raw=content,
        error=storable(f"{name}: {error}"),
    )


def _whole(name: str, content: bytes, reading: Reading, reader: Reader) -> InboundMessage:
    """The message that keeps the file: once for the same bytes, however often they come."""
    return InboundMessage(
        channel=reader.channel,
        external_id=f"file:{hashlib.sha256(content).hexdigest()}",
        text="",
        raw=content,
        subject=storable(name),
        private=False,
        headers={
            FEED_WHOLE: str(len(reading.items)),
            FEED_UNREADABLE: str(len(reading.unreadable)),
            FEED_NAME: storable(name),
        },
    )
