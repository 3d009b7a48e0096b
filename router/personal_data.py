"""Finds personal data in what people write (law 6698): where it stands, and of which kind.

Pure and cheap: most texts hold neither a digit nor an @ and are done after one look. Where digits stand close
together, or with letters as on a plate, each kind's own rule decides: check digits, a numbering plan, or the
word beside a number. A number that is called something else (a meter, a subscriber, a ticket) is left alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from operator import attrgetter

from domain.personal import PersonalSpan
from domain.vocabulary import PersonalData
from router.personal_numbers import numbers, passports
from router.personal_plates import plates
from router.personal_security import security_numbers

LONGEST_TEXT = 60_000
"""More than any notice carries of a text, and little enough that digits alone keep no worker for long."""
_WORTH_A_LOOK = re.compile(r"[0-9@]")
_FOREIGN = re.compile("[٠-٩۰-۹０-９＠＋]")
"""Arabic, Persian and full-width digits, and the signs that phones type with the latter."""
_LETTER_FOR_ZERO = re.compile(r"(?<![^\W_])[oO](?=[ (]?5[0-9]{2}[ ).-]{0,2}[0-9]{3})")
"""What phones, hands and readers of scans write for the first digit of a mobile number."""
_LOCAL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}$")
_LONGEST_LOCAL = 65
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,62})\.){1,6}[^\W\d_]{2,24}(?![^\W_])")


def find_personal_data(text: str) -> list[PersonalSpan]:
    """The personal data of a text, in order, none inside another; offsets are in characters.

    What lies behind the first `LONGEST_TEXT` characters is not looked at.
    """
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = _FOREIGN.sub(_as_ascii, text)
    if not _WORTH_A_LOOK.search(text):
        return []
    text = _LETTER_FOR_ZERO.sub("0", text)
    found: list[PersonalSpan] = []
    taken = bytearray(len(text))
    for span in chain(security_numbers(text), mails(text), passports(text), numbers(text), plates(text)):
        if taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            found.append(span)
    return sorted(found, key=attrgetter("start"))


def mails(text: str) -> Iterator[PersonalSpan]:
    """The mail addresses of a text, in order; an @ with a space on either side is one, too."""
    at = text.find("@")
    while at >= 0:
        spaced = text[at - 1 : at] == " " == text[at + 1 : at + 2]
        end = at - spaced
        local = _LOCAL.search(text, max(0, end - _LONGEST_LOCAL), end)
        domain = _DOMAIN.match(text, at + 1 + spaced)
        if local and domain:
            yield PersonalSpan(PersonalData.EMAIL, local.start(), domain.end())
        at = text.find("@", at + 1)


def _as_ascii(found: re.Match[str]) -> str:
    """The sign as ASCII, one character as before."""
    sign = unicodedata.normalize("NFKC", found.group())
    return sign if sign in "@+" else str(unicodedata.digit(found.group()))
