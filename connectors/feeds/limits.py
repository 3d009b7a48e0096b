"""How much of a feed file is read at most. Files come from outside: each bound ends an attack of its own."""

from domain.errors import UnreadableMessageError

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
"""Of an archive or a workbook, all its members together."""
MOST_RATIO = 200
"""How much more than its packed size a member may hold; real tables shrink to a tenth or twentieth."""
SMALL_MEMBER = 1024 * 1024
"""Below this a member's ratio says nothing."""
MOST_MEMBERS = 200
MOST_ROWS = 50_000
MOST_COLUMNS = 300
MOST_CELL = 100_000
"""Letters in one cell; a spreadsheet's own limit is 32,767."""
MOST_CELLS = 5_000_000
HEADER_WITHIN = 20
"""The line with the columns' names is looked for in so many first lines: exports have titles above it."""
MOST_LINES = 200_000
MOST_PLACES = 10_000_000
"""Lines and places of a sheet, empty ones too: a cell far away makes a reader walk through all before it."""
DEEPEST = 50
"""How deep elements of XML may be nested."""


def too_much(what: str, most: int) -> UnreadableMessageError:
    """The error of a file that goes over one of these bounds."""
    return UnreadableMessageError(f"the file holds more than {most:,} {what}: it is read by no feed")
