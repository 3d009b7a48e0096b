"""Content-Transfer-Encoding undone (RFC 2045, section 6), leniently: whatever cannot be decoded stays.

A label can lie: text called base64 that is none is left alone, and a footer that a gateway put behind
base64 is kept. A body without a label that is quoted-printable for certain is decoded.
"""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_NOT_ALPHABET = bytes(n for n in range(256) if n > 127 or not (chr(n).isalnum() or chr(n) in "+/"))
# Possessive: remembering where else each of three million lines might end takes a gigabyte.
_BASE64_LINES = re.compile(rb"(?:[ \t]*+[A-Za-z0-9+/=]{1,1000}+[ \t]*+(?:\r?\n|\Z)|[ \t]*+\r?\n)*+")
_PADDED_INSIDE = re.compile(rb"(?<![=\s])=[=\s]*+(?=[A-Za-z0-9+/])")
_WORDS = re.compile(rb"[A-Za-z0-9+/] +[A-Za-z0-9+/]")
_SPACED_SOFT_BREAK = re.compile(rb"=[ \t]{1,80}+(\r?\n)")
_TURKISH_SEQUENCE = re.compile(rb"=C3=(?:[89B][7C6]|A7)|=C4=(?:[9B][EF01])|=C5=9[EF]")
_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str, *, is_text: bool) -> bytes:
    """The octets behind a transfer encoding. Never raises; an unknown encoding leaves them as they are."""
    name = encoding.strip(" \t\r\n\"';").lower()
    if name == "base64":
        return _base64(data, is_text=is_text)
    if name in ("quoted-printable", "quotedprintable", "qp"):
        return _quoted_printable(data)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded(data)
    if is_text and not name and b"=C" in data and _surely_quoted_printable(data):
        return _quoted_printable(data)
    return data


def _base64(data: bytes, *, is_text: bool) -> bytes:
    if is_text and _WORDS.search(data) is not None and not _looks_encoded(data):
        return data
    padding = data.find(b"=")
    if padding != -1 and _PADDED_INSIDE.search(data, padding):
        return _odd_base64(data, is_text=is_text)
    try:
        if _NOT_BASE64.search(data) is None:
            return binascii.a2b_base64(data)
    except binascii.Error:
        return _forced_base64(data)
    return _odd_base64(data, is_text=is_text)


def _odd_base64(data: bytes, *, is_text: bool) -> bytes:
    """base64 with something else in or behind it, several pieces of it, or none at all."""
    if not is_text:
        return _forced_base64(_without_footer(data))
    clean = _BASE64_LINES.match(data)
    encoded = clean[0] if clean else b""
    rest = data[len(encoded) :]
    if not encoded.strip() or (rest.strip() and not _looks_encoded(encoded)):
        return data if b" " in data.strip() or not data.isascii() else _forced_base64(data)
    return _forced_base64(encoded) + (b"\n" + rest.strip() if rest.strip() else b"")


def _without_footer(data: bytes) -> bytes:
    """A file's base64 without the few lines of prose that a gateway put behind it."""
    odd = _NOT_BASE64.search(data)
    cut = data.rfind(b"\n", 0, odd.start()) + 1 if odd else len(data)
    return data[:cut] if len(data) - cut < 2_000 and b" " in data[cut:].strip() else data


def _looks_encoded(lines: bytes) -> bool:
    """Whether lines of base64 letters are more than some plain words of a text."""
    return len(lines.split(maxsplit=1)[0]) >= 16


def _forced_base64(data: bytes) -> bytes:
    return b"".join(_forced_piece(piece) for piece in _PADDED_INSIDE.split(data, maxsplit=1000))


def _forced_piece(data: bytes) -> bytes:
    letters = data.translate(None, _NOT_ALPHABET)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _quoted_printable(data: bytes) -> bytes:
    if b"= " in data or b"=\t" in data:
        data = _SPACED_SOFT_BREAK.sub(rb"=\1", data)
    return binascii.a2b_qp(data)


def _surely_quoted_printable(data: bytes) -> bool:
    """Several Turkish letters written as quoted-printable utf-8, and no raw one."""
    return data.isascii() and len(_TURKISH_SEQUENCE.findall(data[:20_000])) >= 3


def _uuencoded(data: bytes) -> bytes:
    begin = _BEGIN.search(data)
    if begin is None:
        return data
    lines = []
    for line in data[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`"):
            break
        lines.append(_uu_line(line))
    return b"".join(lines)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # a line longer than it says, as some encoders write it
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""
