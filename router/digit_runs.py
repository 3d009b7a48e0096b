"""Numbers as people write them: groups of digits with spaces, dashes, dots or brackets between."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_BETWEEN = r" \u00a0\u2000-\u200b\u202f.()/\u2010-\u2015\u2212-"
_RUN = re.compile(rf"[0-9](?:[{_BETWEEN}]{{0,3}}[0-9]){{6,}}")
_GROUP = re.compile(r"[0-9]+")
_MOST_GROUPS = 12
"""More groups than any number is written in: also what bounds the work on a text of digits alone."""


class Group(NamedTuple):
    """Digits in one piece, from `start` to `end` of the text."""

    digits: str
    start: int
    end: int


class Window(NamedTuple):
    """Neighbouring groups taken together as one number. `gaps` is what stands between them, each once."""

    digits: str
    groups: Sequence[Group]
    gaps: frozenset[str]

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.groups[0].start

    @property
    def end(self) -> int:
        """Where the last digit ends."""
        return self.groups[-1].end

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(len(group.digits) for group in self.groups)


class Run(NamedTuple):
    """Groups that stand close together in a text; seven digits at least."""

    text: str
    groups: Sequence[Group]

    def windows(self, at: int) -> dict[int, Window]:
        """The numbers that begin with group `at`, by how many digits they have."""
        found: dict[int, Window] = {}
        digits = ""
        gaps: set[str] = set()
        for count, group in enumerate(self.groups[at : at + _MOST_GROUPS], 1):
            if count > 1:
                gaps.add(self.text[self.groups[at + count - 2].end : group.start])
            digits += group.digits
            found[len(digits)] = Window(digits, self.groups[at : at + count], frozenset(gaps))
        return found


def digit_runs(text: str) -> Iterator[Run]:
    """The runs of a text, in order."""
    for found in _RUN.finditer(text):
        groups = [Group(each.group(), *each.span()) for each in _GROUP.finditer(text, *found.span())]
        yield Run(text, groups)
