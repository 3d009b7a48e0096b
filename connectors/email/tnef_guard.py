"""Which objects of a winmail.dat may be given to the library that reads them (MS-OXTNEF, section 2.1).

The library loops as often as a count in the file says, whether or not there is data, and reads embedded
messages without end; so counts are checked against the octets that are really there, in linear time.
"""

import struct
from collections.abc import Iterator
from itertools import islice

from connectors.email.limits import MAX_TNEF_COPIED, MAX_TNEF_OBJECTS

_HEADER = struct.Struct("<BIL")
_SHORT, _LONG = struct.Struct("<HH"), struct.Struct("<L")
_MESSAGE, _ATTACHMENT = 1, 2
_WANTED = frozenset({0x800C, 0x9003, 0x9007})  # the text, MAPI properties, the codepage
_ICON, _MAPI = 0x8011, frozenset({0x9003, 0x9005})
_FIXED = {
    0x01: 0, 0x02: 2, 0x0B: 2, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8,
    0x48: 16,
}  # fmt: skip
_MULTIPLE, _NAMED = 0x1000, 0x8000
_EMBEDDED = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


def harmless(data: bytes) -> bytes:
    """The same file without what is of no use here and what would make the library loop; empty when nothing
    is left."""
    most = min(MAX_TNEF_OBJECTS, MAX_TNEF_COPIED // len(data))  # it copies the rest for every object
    kept = [data[start:end] for start, end in islice(_objects(data), most)]
    return b"".join([data[:6], *kept]) if kept else b""


def _objects(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the wanted objects lie: level, attribute, length, octets, checksum."""
    position = 6
    for _ in range(MAX_TNEF_OBJECTS):
        if position + _HEADER.size > len(data):
            return
        level, attribute, length = _HEADER.unpack_from(data, position)
        body = position + _HEADER.size
        end = body + length + 2
        if end > len(data):
            return
        if _is_wanted(level, attribute & 0xFFFF, data, body, body + length):
            yield position, end
        position = end


def _is_wanted(level: int, attribute: int, data: bytes, start: int, end: int) -> bool:
    known = attribute != _ICON if level == _ATTACHMENT else level == _MESSAGE and attribute in _WANTED
    if not known or attribute not in _MAPI:
        return known
    try:
        return _counts_are_true(data, start, end)
    except struct.error:
        return False


def _counts_are_true(data: bytes, position: int, end: int) -> bool:
    """Whether each property has as many values as it says, and none is an embedded message."""
    count = _LONG.unpack_from(data, position)[0]
    position += 4
    if count > (end - position) // 4:
        return False
    for _ in range(count):
        kind, name = _SHORT.unpack_from(data, position)
        position = _after_name(data, position + 4) if name >= _NAMED else position + 4
        after = _after_values(data, position, end, kind)
        if after is None:
            return False
        position = after
    return position <= end + 4


def _after_name(data: bytes, position: int) -> int:
    """Behind a property's set and its number or name."""
    kind, number = struct.unpack_from("<LL", data, position + 16)
    return position + 24 + (_padded(number) if kind else 0)


def _after_values(data: bytes, position: int, end: int, kind: int) -> int | None:
    """Behind a property's values; None when they are not all there."""
    size = _FIXED.get(kind & ~_MULTIPLE)
    values = 1
    if kind & _MULTIPLE or size is None:
        values = _LONG.unpack_from(data, position)[0]
        position += 4
    if values > end - position:
        return None
    if size is not None:
        return position + size * values + (2 if size == 2 and values % 2 else 0)
    for _ in range(values):
        length = _LONG.unpack_from(data, position)[0]
        if data.startswith(_EMBEDDED, position + 4) or length > end - position:
            return None
        position += 4 + _padded(length)
    return position


def _padded(length: int) -> int:
    return (length + 3) & ~3
