"""Whether a JPEG carries anything but its picture, told by its segments alone (ITU-T T.81, B.1.1)."""

from domain.errors import UnreadableMessageError

_SCAN, _END = 0xDA, b"\xff\xd9"
_JFIF, _COMMENT, _APP = 0xE0, 0xFE, range(0xE0, 0xF0)
_ADOBE, _ICC = 0xEE, 0xE2
_PLAIN = {_JFIF: b"JFIF\0", _ADOBE: b"Adobe", _ICC: b"ICC_PROFILE\0"}
"""Application segments that say how colours are meant, and nothing about the photo."""


def is_bare(content: bytes) -> bool:
    """Whether there is nothing to strip: no EXIF or other metadata before the picture, nothing behind it.

    Raises UnreadableMessageError for what has no JPEG's structure.
    """
    position, bare = 2, content.endswith(_END)
    while True:
        if content[position : position + 1] != b"\xff" or len(content) < position + 4:
            raise UnreadableMessageError("the picture cannot be decoded: its segments are broken")
        kind = content[position + 1]
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if kind == _SCAN:
            return bare and content.count(_END) == 1
        if length < 2:
            raise UnreadableMessageError("the picture cannot be decoded: its segments are broken")
        data = content[position + 4 : position + 16]
        if kind == _COMMENT or (kind in _APP and not data.startswith(_PLAIN.get(kind, b"\xff"))):
            bare = False
        position += 2 + length
