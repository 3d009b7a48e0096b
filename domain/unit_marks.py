"""What stands in the signed marks that units are given: which case, which unit, until when, for what.

A mark is the value of a thread token: `case-unit-day[-rest]`. The unit is named by a few letters of a hash,
since codes are long and addresses short; the token's signature is what makes the mark genuine. The day is an
ordinal, counted in UTC.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import date

REPLY = "u"
"""The kind of tokens by which a unit's reply finds its case."""
ACT = "act"
"""The kind of tokens in the addresses of one-click pages: no kind is good for another's purpose."""
FILE = "file"
"""The kind of tokens in the addresses of files that were too large for a unit's mail."""
_LETTERS = 6
_MARK = re.compile(r"(\d{1,15})-([a-z2-7]{6})-(\d{6})(?:-([a-z0-9-]*))?")


@dataclass(frozen=True, kw_only=True)
class UnitMark:
    """A genuine mark. `unit` are the letters that `unit_letters` gives, `rest` is its purpose's own."""

    case_id: int
    unit: str
    until: date
    rest: str = ""

    @property
    def value(self) -> str:
        """As a token's value."""
        rest = f"-{self.rest}" if self.rest else ""
        return f"{self.case_id}-{self.unit}-{self.until.toordinal()}{rest}"


def read_mark(value: str) -> UnitMark | None:
    """The mark in a token's value, None where it holds another one's."""
    match = _MARK.fullmatch(value)
    if match is None or int(match[3]) > date.max.toordinal():
        return None
    until = date.fromordinal(int(match[3]))
    return UnitMark(case_id=int(match[1]), unit=match[2], until=until, rest=match[4] or "")


def unit_letters(code: str) -> str:
    """The letters that stand for a unit's code."""
    return base64.b32encode(hashlib.sha256(code.encode()).digest()).decode().lower()[:_LETTERS]
