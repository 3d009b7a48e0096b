"""What every format is read into: lines of texts, and tables whose columns have names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from connectors.feeds.limits import HEADER_WITHIN, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_much
from domain.errors import UnreadableMessageError
from domain.text import fold

Line = tuple[int, Sequence[str]]
"""A line's number as people see it in the file, from 1, and its cells."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its number as people see it in the file, from 1, and its filled cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a file. `name` is what people call it: the file's name, or its member's in an archive."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]


@lru_cache(4096)
def key_of(name: str) -> str:
    """What a column's name is compared by: `Başvuru No`, `BASVURU_NO` and `<BasvuruNo>` are one."""
    return "".join(letter for letter in fold(name) if letter.isalnum())


def find_header(lines: Iterable[Line], wanted: Sequence[str]) -> tuple[int, Sequence[str]] | None:
    """The number and cells of the first line that holds one of the wanted names, among the first few."""
    keys = {key_of(name) for name in wanted}
    for position, (number, cells) in enumerate(lines):
        if position == HEADER_WITHIN:
            break
        if keys.intersection(map(key_of, cells)):
            return number, cells
    return None


def no_header(lines: Iterable[Line], wanted: Sequence[str]) -> UnreadableMessageError:
    """The error of a table in whose first lines no wanted column is named."""
    first = next((cells for _, cells in lines if any(cells)), ())
    seen = ", ".join(cell[:40] for cell in first[:10]) or "nothing"
    return UnreadableMessageError(
        f"no line names a column {' or '.join(wanted)}; the first one holds: {seen}"
    )


def make_table(name: str, lines: Iterable[Line], wanted: Sequence[str]) -> Table:
    """The table below the line that names the columns. Empty lines are passed over.

    Raises UnreadableMessageError when no line names a wanted column, or there is more than is read.
    """
    source = iter(lines)
    head = _first(source)
    found = find_header(head, wanted)
    if found is None:
        raise no_header(head, wanted)
    number, cells = found
    columns = _distinct(cells)
    below = [line for line in head if line[0] > number]
    return Table(name=name, columns=columns, rows=list(_rows(columns, below, source)))


def _first(source: Iterator[Line]) -> list[Line]:
    return list(islice(source, HEADER_WITHIN))


def _rows(columns: Sequence[str], *parts: Iterable[Line]) -> Iterator[Row]:
    count = 0
    for number, cells in (line for part in parts for line in part):
        filled = {
            name: text for name, cell in zip(columns, cells, strict=False) if (text := cell.strip()) and name
        }
        if not filled:
            continue
        count += 1
        if count > MOST_ROWS:
            raise too_much("rows", MOST_ROWS)
        if count * len(columns) > MOST_CELLS:
            raise too_much("cells", MOST_CELLS)
        yield Row(number=number, cells=filled)


def _distinct(cells: Sequence[str]) -> list[str]:
    """The columns' names; the second of a name is told apart by its number."""
    if len(cells) > MOST_COLUMNS:
        raise too_much("columns", MOST_COLUMNS)
    names: list[str] = []
    seen: dict[str, int] = {}
    for cell in cells:
        name = " ".join(cell.split())
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return names
