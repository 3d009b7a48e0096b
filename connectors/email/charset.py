"""Octets to text by a ladder that never fails (E10), saying which rung held.

Declared charset -> alias -> what the octets prove (utf-8, or the windows-1254 that is sent as iso-8859-1)
-> utf-8 -> windows-1254 -> replacement letters. A single-octet label next to valid utf-8 is a lie: genuine
windows-1254 text that happens to be valid utf-8 does not occur. Two labels joined by a plus sign mean that
the text had been through both: single octets of the second inside the first, or mojibake put right.
"""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

from connectors.email.charset_names import ALIASES, CODECS, SINGLE_OCTET, UNFIT, WESTERN
from connectors.email.mojibake import repaired
from domain.text import storable

_NOT_ASCII = re.compile(
    "utf-?(16|32|7)|iso2022|hz|cp037|cp1140|cp500|cp273|cp424|cp1026|cp875|cp864", re.IGNORECASE
)
_CONTROLS = bytes(n for n in (*range(32), 127) if n not in (9, 10))
_TURKISH = b"\xd0\xdd\xde\xf0\xfd\xfe"  # Ğ İ Ş ğ ı ş in windows-1254; Ð Ý Þ ð ý þ in windows-1252
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WHOLE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_STRAY = re.compile("[\udc80-\udcff]")
_OTHERS = bytes(n for n in range(256) if n not in _TURKISH)
_NOT_C1 = bytes(n for n in range(256) if not 0x80 <= n < 0xA0)


class Decoded(NamedTuple):
    """A text and the label of the charset that gave it."""

    text: str
    charset: str


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of the octets, storable, with line ends as `\\n`. Never raises, whatever is declared."""
    label = resolve(declared[:100]) if declared else None
    if data[:2] in _BYTE_ORDER_MARKS and b"\0" in data[:1000]:
        label = "utf-16"
    if label and _NOT_ASCII.search(label):
        return _tidy(_foreign(data, label))
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _decode_plain(data.translate(None, _CONTROLS), label)


@lru_cache(maxsize=512)
def resolve(declared: str) -> str | None:
    """The usual label of a declared charset, None for an unknown one. Quotes and comments are cut off."""
    name = (
        re.split(r"[\s;,(*]", declared.strip(" \t\r\n\"'=:"), maxsplit=1)[0]
        .strip("\"'")
        .lower()
        .replace("_", "-")
    )
    if name in ALIASES or name in CODECS:
        return ALIASES.get(name, name)
    try:
        codec = codecs.lookup(CODECS.get(name, name)[:40])
    except (LookupError, ValueError):
        return None
    if not getattr(codec, "_is_text_encoding", True) or codec.name.replace("_", "-") in UNFIT:
        return None
    return _label(codec.name)


def _label(codec: str) -> str:
    if codec == "ascii":
        return "us-ascii"
    if codec.startswith("cp125"):
        return f"windows-{codec[2:]}"
    return re.sub(r"^iso8859-", "iso-8859-", codec.replace("_", "-"))


def _decode_plain(data: bytes, label: str | None) -> Decoded:
    if data.isascii():
        return Decoded(data.decode("ascii"), label or "utf-8")
    if label in SINGLE_OCTET or label in (None, "utf-8"):
        return _turkish_or_not(data, label)
    return _tidy(_foreign(data, label or "utf-8"))


def _turkish_or_not(data: bytes, label: str | None) -> Decoded:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _single_octet(data, label)
    return Decoded(*repaired(text.removeprefix("\ufeff")))


def _single_octet(data: bytes, label: str | None) -> Decoded:
    if label in (None, "utf-8", "us-ascii") or (label in WESTERN and _means_turkish(data)):
        label = "windows-1254"
    if data.translate(None, _NOT_C1):
        label = {"iso-8859-9": "windows-1254", "iso-8859-1": "windows-1252"}.get(label, label)
    return _tidy(Decoded(data.decode(CODECS.get(label, label), "replace"), label))


def _means_turkish(data: bytes) -> bool:
    """Whether octets labelled western are windows-1254: some Turkish ones, no Icelandic æ."""
    return bool(data.translate(None, _OTHERS)) and b"\xe6" not in data and b"\xc6" not in data


def _mostly_utf8(data: bytes) -> Decoded | None:
    """utf-8 with a few stray octets in it, each read as windows-1254; None when it is no utf-8 at all."""
    text = data.decode("utf-8", "surrogateescape")
    if len(_WHOLE.findall(text)) < max(1, len(_STRAY.findall(text))):
        return None
    mixed = _STRAY.sub(lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1254", "replace"), text)
    return Decoded(mixed, "utf-8+windows-1254")


def _foreign(data: bytes, label: str) -> Decoded:
    for codec, name in ((label, label), ("utf-8", "utf-8")):
        try:
            return Decoded(data.decode(codec), name)
        except (UnicodeError, LookupError, ValueError):
            continue
    text = data.decode(label, "replace")
    if text.count("\ufffd") * 20 > len(text):
        return Decoded(data.decode("cp1254", "replace"), "windows-1254")
    return Decoded(text, label)


def _tidy(decoded: Decoded) -> Decoded:
    text = decoded.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(storable(text), decoded.charset)
