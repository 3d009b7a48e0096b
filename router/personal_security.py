"""Security numbers in what people write, most of all where they quote the message that told them theirs.

Six digits have no check digit: the word before them tells, or the application number they stand behind.
"""

import re
from collections.abc import Iterator

from domain.numbers import parse_application_number
from domain.personal import PersonalSpan
from domain.vocabulary import PersonalData

_WORD = re.compile(r"g[uüÜ]\u0308?venl[iıİ]k\W{0,3}(?:no|nu|kod|[sş]ifre|pin)", re.IGNORECASE)
_REACH = 60
"""Characters from the word to its number: the word's ending, a mark of quotation, a line's end."""
_SIX = re.compile(
    r"(?<![^\W_])(?<!\d[ .-])(?:\d{6}|\d{3}[ .-]\d{3}|\d{2}[ .-]\d{2}[ .-]\d{2})(?![ .-]?\d)(?![^\W_])"
)
_BEHIND = re.compile(r"(?<!\d)(20\d{2}[ -]?\d{7}[ -]?\d)(?:\s{0,3}[/,;]\s{0,3}|\s{1,3})(\d{6})(?![^\W_])")


def security_numbers(text: str) -> Iterator[PersonalSpan]:
    """The security numbers of a text, as notices write them and as people do."""
    if "venl" in text or "VENL" in text:  # a fiftieth of what the pattern costs
        for word in _WORD.finditer(text):
            if found := _SIX.search(text, word.end(), word.end() + _REACH):
                yield PersonalSpan(PersonalData.SECURITY_NUMBER, *found.span())
    if "20" in text:
        for pair in _BEHIND.finditer(text):
            if "/" in pair.group() or parse_application_number(pair.group(1)):
                yield PersonalSpan(PersonalData.SECURITY_NUMBER, *pair.span(2))
