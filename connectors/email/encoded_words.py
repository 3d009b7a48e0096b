"""One header's octets to text: RFC 2047 as it is written, and as it is got wrong.

Known wrong forms: a word without its end, with spaces or raw octets inside, glued to other text, inside
quotes, with a letter split over two words, with bad base64 or hexadecimal, with an unknown or empty charset,
with a language (RFC 2231), folded inside, encoded twice; and raw utf-8 or windows-1254 without any word.
"""

import binascii
import re
from collections.abc import Iterator

from connectors.email.charset import decode

_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_OPENING = re.compile(rb"=\?([^?\s]{0,60})\?([bBqQ])\?")
_SPACE = re.compile(r"[\t\n\x85\u2028\u2029]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")

_Chunk = tuple[str | None, bytes]


def decode_header(value: bytes, limit: int = 10_000) -> str:
    """The text of a header's value, unfolded, on one line. Never raises."""
    value = value[: 4 * limit]
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b" ", value.strip())
    if value.isascii() and b"=?" not in value:
        text = decode(value).text
    else:
        text = _decode_words(value)
        if "=?" in text and _OPENING.search(text.encode("utf-8", "replace")):
            text = _decode_words(text.encode("utf-8", "replace"))
    return _SPACE.sub(" ", text).strip()[:limit]


def _decode_words(value: bytes) -> str:
    return "".join(decode(data, charset).text for charset, data in _joined(_chunks(value)))


def _joined(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """Neighbouring words of one charset as one: a letter of several octets may be split between them."""
    last: _Chunk | None = None
    for charset, data in chunks:
        if last and charset and last[0] == charset:
            last = (charset, last[1] + data)
            continue
        if last:
            yield last
        last = (charset, data)
    if last:
        yield last


def _chunks(value: bytes) -> Iterator[_Chunk]:
    """(None, literal octets) and (charset, decoded octets); white space between two words is no text."""
    position, after_word = 0, False
    while (opening := _OPENING.search(value, position)) is not None:
        literal = value[position : opening.start()]
        if literal and not (after_word and literal.isspace()):
            yield None, literal
        payload, position = _payload(value, opening.end())
        yield opening[1].decode("latin-1").lower() or "utf-8", _decode_payload(opening[2], payload)
        after_word = True
    if position < len(value):
        yield None, value[position:]


def _payload(value: bytes, start: int) -> tuple[bytes, int]:
    """What a word holds, and where the text goes on: at its end, at the next word, or nowhere."""
    end, opening = value.find(b"?=", start), value.find(b"=?", start)
    while opening != -1 and (opening + 1 == end or not _OPENING.match(value, opening)):
        opening = value.find(b"=?", opening + 2)
    if opening != -1 and (end == -1 or opening < end):
        return value[start:opening].rstrip(), opening
    if end == -1:
        return value[start:], len(value)
    return value[start:end], end + 2


def _decode_payload(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(payload, header=True)
    letters = _NOT_BASE64.sub(b"", payload)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
