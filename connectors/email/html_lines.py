"""Lines of text as they are put together from the pieces of an HTML body.

Line ends of block elements stay pending until the next word, so that empty elements leave no empty lines.
"""

import re
from typing import NamedTuple

from connectors.email.limits import CUT, MAX_TEXT
from domain.text import storable

_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]")
_MOST_BLANK_LINES = 2


class Prose(NamedTuple):
    """A text, and the (start, end) offsets of what its markup says is quoted of an earlier mail."""

    text: str
    quoted: tuple[tuple[int, int], ...] = ()


class Lines:
    """Finished lines and the one being written.

    `pending` is 1 when a new line must begin before the next word, 2 for an empty line between. `separate`
    puts a cell's edge there instead. `prefix` opens the next line. `quoted` marks the lines begun under it.
    """

    def __init__(self) -> None:
        self.length = 0
        self.pending = 0
        self.separate = False
        self.prefix = ""
        self.quoted = False
        self._lines: list[tuple[str, bool]] = []
        self._line: list[str] = []
        self._line_quoted = False
        self._blank_lines = 0

    @property
    def begun(self) -> bool:
        """Whether the line being written holds something."""
        return bool(self._line)

    @property
    def wants_no_space(self) -> bool:
        """Whether white space at this point would stand at the start of a line or double another."""
        return not self._line or bool(self.pending) or self.separate or self._line[-1][-1:] == " "

    def put(self, text: str) -> None:
        """Write on, in a new line where one is pending."""
        if self.pending:
            self._finish()
            if self.pending > 1 and not self._blank_lines:
                self._add("", quoted=False)
            self.pending = 0
        if not self._line:
            self._line_quoted = self.quoted
            self._line.append(self.prefix)
            self.prefix = ""
        elif self.separate:
            self._line.append(" | ")
        self.separate = False
        self._line.append(text)
        self.length += len(text)

    def end_line(self) -> None:
        """End the line, an empty one too."""
        empty = not self._line or self.pending
        self._finish()
        if empty:
            self._add("", quoted=False)
        self.pending = 0
        self.length += 1

    def result(self) -> Prose:
        """The lines joined, without empty ones at either end."""
        self._finish()
        while self._lines and not self._lines[-1][0]:
            self._lines.pop()
        spans, position = [], 0
        for line, quoted in self._lines:
            if quoted and line:
                spans.append((position, position + len(line)))
            position += len(line) + 1
        text = "\n".join(line for line, _ in self._lines)
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + CUT
        return Prose(text, tuple(span for span in spans if span[1] <= len(text)))

    def _finish(self) -> None:
        if self._line:
            text = _INVISIBLE.sub("", "".join(self._line)).replace("\xa0", " ")
            self._line = []
            self._add(storable(text).rstrip(), quoted=self._line_quoted)

    def _add(self, line: str, *, quoted: bool) -> None:
        self._blank_lines = 0 if line else self._blank_lines + 1
        if line or (self._lines and self._blank_lines <= _MOST_BLANK_LINES):
            self._lines.append((line, quoted))
