"""Numbers as people write them: groups of digits with spaces, dashes, dots or brackets between."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

_BETWEEN = r" _\u00a0\u2000-\u200b\u202f.()/\u2010-\u2015\u2212-"
_RUN = re.compile(rf"[0-9](?:[{_BETWEEN}]{{0,3}}[0-9]){{6,}}")
_GROUP = re.compile(r"[0-9]+")
_MOST_GROUPS = 8
"""As many as an IBAN is written in, and one: also what bounds the work on a text of digits alone."""


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


class Beginning:
    """A group of a run, and the numbers that may begin with it."""

    def __init__(self, run: Run, at: int) -> None:
        self.text, self.first = run.text, run.groups[at]
        self._run, self._at = run, at
        sizes = (len(group.digits) for group in run.groups[at : at + _MOST_GROUPS])
        self._groups_for = {total: count for count, total in enumerate(accumulate(sizes), 1)}

    @property
    def can_be_one(self) -> bool:
        """Whether any number is written so: none begins with a lone digit, but for `0` and `+`."""
        return len(self.first.digits) > 1 or self.first.digits == "0" or self.is_after("+")

    def is_after(self, sign: str) -> bool:
        """Whether the group stands right behind a sign."""
        return self.text[self.first.start - 1 : self.first.start] == sign

    def get(self, length: int) -> Window | None:
        """The number of so many digits, or None where no group ends there."""
        count = self._groups_for.get(length)
        if count is None:
            return None
        groups = self._run.groups[self._at : self._at + count]
        gaps = frozenset(self.text[one.end : other.start] for one, other in pairwise(groups))
        return Window("".join(group.digits for group in groups), groups, gaps)


def digit_runs(text: str) -> Iterator[Run]:
    """The runs of a text, in order."""
    for found in _RUN.finditer(text):
        groups = [Group(each.group(), *each.span()) for each in _GROUP.finditer(text, *found.span())]
        yield Run(text, groups)
