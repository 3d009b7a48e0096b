"""Tables as XML: whatever element has the wanted column as a child or attribute is a row."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from connectors.feeds.limits import DEEPEST, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_much
from connectors.feeds.tables import Row, Table, key_of
from domain.errors import UnreadableMessageError
from domain.text import storable


def is_markup(content: bytes) -> bool:
    """Whether the bytes begin as XML does."""
    head = content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"")
    return head.startswith(b"<")


def read_markup(name: str, content: bytes, wanted: Sequence[str], *, row_element: str = "") -> Table:
    """The table in an XML document. Entities of its own are refused, nothing outside is ever fetched.

    Raises UnreadableMessageError that says what is wrong.
    """
    columns: dict[str, None] = {}
    rows: list[Row] = []
    try:
        for number, cells in _rows(content, {key_of(each) for each in wanted}, key_of(row_element)):
            columns |= dict.fromkeys(cells)
            if len(columns) > MOST_COLUMNS:
                raise too_much("columns", MOST_COLUMNS)
            rows.append(Row(number=number, cells=cells))
    except DefusedXmlException as error:
        raise UnreadableMessageError("the XML defines entities of its own: refused") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableMessageError(f"the XML is damaged: {storable(str(error))[:200]}") from error
    if not rows:
        raise UnreadableMessageError(f"no element of the XML holds {' or '.join(wanted)}")
    return Table(name=name, columns=list(columns), rows=rows)


def _rows(content: bytes, wanted: set[str], row_key: str) -> Iterator[tuple[int, dict[str, str]]]:
    depth = elements = number = 0
    for happened, element in iterparse(BytesIO(content), events=("start", "end")):
        if happened == "start":
            depth, elements = depth + 1, elements + 1
            if depth > DEEPEST:
                raise too_much("levels of elements", DEEPEST)
            if elements > MOST_CELLS:
                raise too_much("elements", MOST_CELLS)
            continue
        depth -= 1
        if _is_row(element, wanted, row_key):
            number += 1
            if number > MOST_ROWS:
                raise too_much("rows", MOST_ROWS)
            yield number, _cells(element)
            element.clear()


def _is_row(element: Element, wanted: set[str], row_key: str) -> bool:
    if row_key:
        return key_of(_local(element.tag)) == row_key
    names = [child.tag for child in element] + list(element.attrib)
    return any(key_of(_local(name)) in wanted for name in names)


def _cells(element: Element) -> dict[str, str]:
    """Attributes and innermost elements by their bare names; what comes twice is put below one another."""
    cells: dict[str, str] = {}
    for part in element.iter():
        texts = {_local(name): value for name, value in part.attrib.items()}
        if part is not element and not len(part):
            texts[_local(part.tag)] = part.text or ""
        for name, text in texts.items():
            if text := text.strip():
                cells[name] = f"{cells[name]}\n{text}" if name in cells else text
    return cells


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
