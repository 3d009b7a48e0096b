"""Parameters of Content-Type and Content-Disposition: RFC 2045, 2183, 2231, and what passes for it (E21).

Known wrong forms: no semicolon, a colon for the equals sign, spaces in a bare value, a quote never closed or
not escaped, a Windows path with backslashes, encoded words (which RFC 2047 forbids here), raw octets, percent
signs without the star, sections out of order or without the first, a charset that is not the true one.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from connectors.email.charset import decode
from connectors.email.encoded_words import decode_header

Parameters = dict[str, str]

_HEAD = re.compile(rb"\s*([^;\s,]*)")
_SEPARATORS = re.compile(rb"[;,\s]*+")
_JUNK = re.compile(rb"[^;,\s]*+")
_PARAMETER = re.compile(
    rb"""([^\s=;:,"]{1,100}+)\s*+[=:]++\s*+
    (?:"((?:[^"\\]++|\\.|"(?!\s*(?:;|\Z|[\w*.-]+\s*=)))*+)"|([^;]*))""",
    re.DOTALL | re.VERBOSE,
)
_STAR = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?")
_ESCAPED = re.compile(rb'\\(["\\])')
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")

_Section = tuple[int, bool, bytes]


def read_parameters(value: bytes) -> tuple[str, Parameters]:
    """The head of the value (`text/plain`, `attachment`) in lower case, and its parameters decoded."""
    return _read(value) if len(value) > 200 else _read_cached(value)


def _read(value: bytes) -> tuple[str, Parameters]:
    head = _HEAD.match(value)
    plain: Parameters = {}
    sections: dict[str, list[_Section]] = {}
    for match in _parameters(value, head.end() if head else 0):
        _sort_in(match, plain, sections)
    for name, parts in sections.items():
        plain[name] = _join(sorted(parts)) or plain.get(name, "")
    return (head[1].decode("latin-1").lower() if head else ""), plain


_read_cached = lru_cache(maxsize=1024)(_read)


def _parameters(value: bytes, position: int) -> Iterator[re.Match[bytes]]:
    """Every `name=value` in order; what is none is stepped over, so that the time stays linear."""
    while (position := _SEPARATORS.match(value, position).end()) < len(value):  # type: ignore[union-attr]
        match = _PARAMETER.match(value, position)
        if match is not None:
            yield match
        position = match.end() if match else _JUNK.match(value, position + 1).end()  # type: ignore[union-attr]


def _sort_in(match: re.Match[bytes], plain: Parameters, sections: dict[str, list[_Section]]) -> None:
    name = match[1].decode("latin-1").lower()
    data = _value(match, name)
    star = _STAR.fullmatch(name)
    if star is None:
        plain.setdefault(name, _plain(data))
        return
    encoded = star[2] is None or star[3] is not None
    sections.setdefault(star[1], []).append((int(star[2] or 0), encoded, data))


def _value(match: re.Match[bytes], name: str) -> bytes:
    quoted, bare = match[2], match[3]
    if quoted is not None:
        return _ESCAPED.sub(rb"\1", quoted)
    bare = bare.strip().lstrip(b'"')
    if len(bare) > 1 and bare[:1] == bare[-1:] == b"'" and not name.endswith("*"):
        return bare[1:-1]
    return bytes(bare)


def _plain(data: bytes) -> str:
    if b"=?" in data:
        return decode_header(data)
    if b"%" in data and len(_PERCENT.findall(data)) > 1:
        octets = unquote_to_bytes(data)
        if not octets.isascii() and octets.decode("utf-8", "ignore").encode() == octets:
            data = octets
    return decode(data).text.replace("\n", " ").strip()


def _join(sections: list[_Section]) -> str:
    """RFC 2231, sections 3 and 4: numbered pieces in order, the charset named in front of the first."""
    charset = ""
    octets = []
    for number, (_, encoded, data) in enumerate(sections):
        if encoded and number == 0 and data.count(b"'") >= 2:
            label, _, data = data.split(b"'", 2)
            charset = label.decode("latin-1")
        octets.append(unquote_to_bytes(data) if encoded else data)
    joined = b"".join(octets)
    return decode_header(joined) if b"=?" in joined else decode(joined, charset or None).text.strip()
