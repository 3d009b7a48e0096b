"""Tables as text (CSV). Turkish exports come as UTF-8, with or without its mark, or as windows-1254."""

import csv
from collections.abc import Iterator, Sequence

from connectors.feeds.limits import HEADER_WITHIN, MOST_COLUMNS, too_much
from connectors.feeds.tables import Line, Table, find_header, make_table, no_header
from domain.errors import UnreadableMessageError

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = (";", "\t", ",", "|")


def read_delimited(
    name: str, content: bytes, wanted: Sequence[str], *, delimiter: str = "", encoding: str = ""
) -> Table:
    """The table in a text. An empty `delimiter` is found by trying which one makes a wanted column appear.

    Raises UnreadableMessageError that says what is wrong.
    """
    text = decode(content, encoding)
    chosen = delimiter or _sniffed(text, wanted)
    try:
        return make_table(name, _lines(text, chosen), wanted)
    except csv.Error as error:
        raise UnreadableMessageError(f"the text is no table: {error}") from error


def decode(content: bytes, encoding: str = "") -> str:
    """The text of the bytes: by its mark, by the given encoding, as UTF-8, as windows-1254, in this order.

    Raises UnreadableMessageError for what is no text in any of them.
    """
    marked = next((codec for mark, codec in _MARKS.items() if content.startswith(mark)), "")
    for codec in [marked] if marked else [each for each in (encoding, "utf-8", "windows-1254") if each]:
        try:
            text = content.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" not in text:
            return text
    raise UnreadableMessageError("the file is neither text in UTF-8 or windows-1254, nor XLSX, XML or ZIP")


def _sniffed(text: str, wanted: Sequence[str]) -> str:
    head = text[:200_000]
    for delimiter in _DELIMITERS:
        try:
            if find_header(_lines(head, delimiter), wanted):
                return delimiter
        except csv.Error:
            continue
    first = [(number, [line]) for number, line in enumerate(head.splitlines()[:HEADER_WITHIN], start=1)]
    raise no_header(first, wanted)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    begins = 1
    for cells in reader:
        if len(cells) > MOST_COLUMNS:
            raise too_much("columns", MOST_COLUMNS)
        yield begins, cells
        begins = reader.line_num + 1  # a cell may hold line breaks: people count from where the row begins
