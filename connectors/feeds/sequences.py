"""Whether a feed's running numbers came without a gap. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SHOWN = 10
"""So many gaps are named; a feed that begins anew would fill a page."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Numbers that are missing between two that came: `first` to `last`, of a year where numbers have one."""

    year: str
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many are missing."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        numbers = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.year}: {numbers}" if self.year else numbers


def gaps(references: Iterable[str], pattern: str) -> list[Gap]:
    """What is missing between the lowest and the highest number of each year, in order.

    `pattern` has a group `number`, and `year` where numbers begin anew each year; references it does not fit
    whole do not count. An empty pattern looks for nothing.
    """
    if not pattern:
        return []
    compiled = re.compile(pattern)
    numbers: dict[str, set[int]] = {}
    for reference in references:
        if found := compiled.fullmatch(reference):
            year = found.groupdict().get("year") or ""
            numbers.setdefault(year, set()).add(int(found["number"]))
    return [
        Gap(year=year, first=before + 1, last=after - 1)
        for year in sorted(numbers)
        for before, after in pairwise(sorted(numbers[year]))
        if after - before > 1
    ]


def told(found: Sequence[Gap]) -> str:
    """The gaps as a line for people; empty when there are none."""
    if not found:
        return ""
    named = ", ".join(map(str, found[:SHOWN])) + (" ..." if len(found) > SHOWN else "")
    return f"{sum(gap.size for gap in found)} numbers are missing in the feed: {named}"


def reference_of(external_id: str) -> str:
    """The reference in the external id of a row; empty for what is no row."""
    return external_id.rpartition("@")[0]
