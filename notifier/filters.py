"""What templates can do with a value; all give plain text, of an unknown value (None) an empty one."""

import unicodedata
from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal

from config.settings import ISTANBUL
from domain.gsm import SmsEncoding, ascii_fold_sms, unit_length
from domain.text import storable

CUT = "[…]"
ELLIPSIS = ".."


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
    return line if len(line) <= length else _whole_words(line, length - len(ELLIPSIS))


def longest(text: str | None, length: int) -> str:
    """The text in its lines, at most so many characters; what was cut off leaves a mark."""
    clean = storable(text or "")
    return clean if len(clean) <= length else f"{clean[:length].rstrip()}\n{CUT}"


def gsm(text: str | None, units: int) -> str:
    """The text on one line in letters that SMS carry without UCS-2, at most so many units long.

    What the Turkish table lacks becomes its likeness or `?`: one emoji in a subject would otherwise cut a
    segment from 155 units to 70 (3GPP TS 23.038; ş, ğ, ı, İ, ç count two, see `domain.gsm`).
    """
    line = "".join(
        c if _length(c) is not None else ascii_fold_sms(c)
        for c in unicodedata.normalize("NFC", oneline(text))
    )
    if (_length(line) or 0) <= units:
        return line
    fitting = next(n for n in range(len(line), -1, -1) if (_length(line[:n]) or 0) <= units - len(ELLIPSIS))
    return _whole_words(line, fitting)


def _whole_words(line: str, length: int) -> str:
    head, gap, _ = line[: length + 1].rpartition(" ")
    return (head if gap else line[:length]).rstrip(" ,.;:-") + ELLIPSIS


def _length(text: str) -> int | None:
    return unit_length(text, SmsEncoding.GSM7_TURKISH_SINGLE)


def megabytes(size: str) -> str:
    """So many bytes in megabytes, as Turkish writes it: one decimal, a tenth at least. Raises ValueError."""
    return format_decimal(max(int(size) / 1024**2, 0.1), "0.0", locale="tr")


FILTERS = {
    "istanbul": istanbul,
    "oneline": oneline,
    "shorten": shorten,
    "longest": longest,
    "gsm": gsm,
    "megabytes": megabytes,
}
