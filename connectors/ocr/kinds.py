"""Which kind of scan a file is, by its first bytes: names and declared types are not believed."""

import struct
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of scans that are read, by their media types."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"


_MARKS = (
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)
_BIG_TIFF = 43
_HEAD = 1024
"""A PDF's mark may stand behind other bytes, so far."""


def kind_of(content: bytes) -> Kind | None:
    """The kind of a scan, or None for a file that is none."""
    found = next((kind for mark, kind in _MARKS if content.startswith(mark)), None)
    return found or (Kind.PDF if b"%PDF-" in content[:_HEAD] else None)


def has_second_page(tiff: bytes) -> bool:
    """Whether a TIFF's first directory names another one (TIFF 6.0, section 2); a BigTIFF may always."""
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        version, first = struct.unpack_from(f"{order}HI", tiff, 2)
        [entries] = struct.unpack_from(f"{order}H", tiff, first)
        [following] = struct.unpack_from(f"{order}I", tiff, first + 2 + 12 * entries)
    except struct.error:
        return False
    return bool(version == _BIG_TIFF or following)
