"""Tables of XLSX workbooks. A formula is a text like others here: nothing is ever evaluated."""

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from connectors.feeds.limits import MOST_COLUMNS, MOST_LINES, MOST_PLACES, too_much
from connectors.feeds.packed import opened
from connectors.feeds.tables import Line, Table, make_table
from domain.errors import UnreadableMessageError
from domain.text import storable


def read_workbook(name: str, content: bytes, wanted: Sequence[str], *, sheet: str = "") -> Table:
    """The table on the named sheet of a workbook, or on its first visible one.

    Raises UnreadableMessageError that says what is wrong.
    """
    opened(content).close()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that openpyxl does not know
            return _read(name, content, wanted, sheet)
    except UnreadableMessageError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged workbook makes happen
        said = " ".join(storable(str(error)).split())[:200]
        raise UnreadableMessageError(f"the workbook is damaged: {type(error).__name__}: {said}") from error


def _read(name: str, content: bytes, wanted: Sequence[str], sheet: str) -> Table:
    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        return make_table(name, _lines(_sheet(book, sheet)), wanted)
    finally:
        book.close()


def _sheet(book: Any, wanted: str) -> Any:
    if wanted:
        if wanted not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise UnreadableMessageError(f"the workbook has no sheet {wanted!r}; it has {names}")
        return book[wanted]
    visible = [each for each in book.worksheets if each.sheet_state == "visible"]
    if not visible:
        raise UnreadableMessageError("the workbook has no sheet that can be seen")
    return visible[0]


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size may be a lie
    number = places = 0
    for lines, cells in enumerate(sheet.rows):
        places += len(cells)
        if lines > MOST_LINES or places > MOST_PLACES:
            raise too_much("empty places", MOST_PLACES)
        if any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
            raise too_much("columns", MOST_COLUMNS)
        kept = cells[:MOST_COLUMNS]
        number = next((cell.row for cell in kept if hasattr(cell, "row")), number + 1)
        yield number, [_text(cell.value) for cell in kept]


def _text(value: Any) -> str:
    """A cell as people write it: dates in ISO 8601, whole numbers without a point."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()  # a spreadsheet keeps bare days as midnights
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(getattr(value, "text", value))  # an array formula is an object with its text
