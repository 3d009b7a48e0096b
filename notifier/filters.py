"""What templates can do with a value; all give plain text, of an unknown value (None) an empty one."""

from datetime import datetime

from babel.dates import format_datetime

from config.settings import ISTANBUL
from domain.gsm import SmsEncoding, ascii_fold_sms, unit_length
from domain.text import storable

CUT = "[…]"


def istanbul(iso: str, pattern: str) -> str:
    """An aware ISO 8601 time as Istanbul's clock shows it, in Turkish, by a CLDR date pattern.

    Raises ValueError for anything else: a time without a zone is nobody's time.
    """
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return format_datetime(moment, pattern, tzinfo=ISTANBUL, locale="tr")


def oneline(text: str | None) -> str:
    """The text on one line, runs of white space as one space, without control characters."""
    return " ".join(storable(text or "").split())


def shorten(text: str | None, length: int) -> str:
    """The text on one line, at most so many characters, cut between words where that is possible."""
    line = oneline(text)
    if len(line) <= length:
        return line
    head, gap, _ = line[: length - 1].rpartition(" ")
    return (head if gap else line[: length - 2]).rstrip(" ,.;:-") + ".."


def longest(text: str | None, length: int) -> str:
    """The text in its lines, at most so many characters; what was cut off leaves a mark."""
    clean = storable(text or "")
    return clean if len(clean) <= length else f"{clean[:length].rstrip()}\n{CUT}"


def gsm(text: str | None) -> str:
    """The text in letters that SMS carry without UCS-2; what those lack becomes its likeness or `?`.

    One emoji in a subject would otherwise cut a segment from 155 characters to 70 (3GPP TS 23.038).
    """
    return "".join(c if _in_turkish_table(c) else ascii_fold_sms(c) for c in oneline(text))


def _in_turkish_table(char: str) -> bool:
    return unit_length(char, SmsEncoding.GSM7_TURKISH_SINGLE) is not None


FILTERS = {"istanbul": istanbul, "oneline": oneline, "shorten": shorten, "longest": longest, "gsm": gsm}
