"""The mail inside an opaquely signed S/MIME part (RFC 8551, section 3.5.2), without judging the signature.

Some programs wrap the whole text into the signature. The part itself stays a file, untouched (E22); here its
content is only found, so that the words of the person who signed are not lost to the desk. Reads the few
elements of ASN.1 on the way to it (RFC 5652, section 5), in definite and in indefinite lengths.
"""

from typing import NamedTuple

_SEQUENCE, _OCTETS, _OCTETS_IN_PIECES, _INDEFINITE = 0x30, 0x04, 0x24, 0x80
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_MOST_ELEMENTS = 200_000
_MOST_LEVELS = 20


def signed_content(data: bytes) -> bytes | None:
    """The octets that were signed; None when the part is encrypted, broken, or holds none. Never raises."""
    try:
        return _Reader(data).content()
    except (IndexError, ValueError):
        return None


class _Element(NamedTuple):
    tag: int
    start: int
    end: int
    after: int


class _Reader:
    """Reads one part; counts down how many elements it may still look at."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MOST_ELEMENTS

    def content(self) -> bytes | None:
        info = self._children(self._sequence(0, len(self._data)))
        if self._octets(info[0]) != _SIGNED_DATA:
            return None
        encapsulated = self._children(self._sequence(info[1].start, info[1].end))[2]
        kind, *content = self._children(encapsulated)
        if self._octets(kind) != _DATA or not content:
            return None
        return self._text(self._element(content[0].start, content[0].end, 0))

    def _text(self, element: _Element) -> bytes:
        if element.tag == _OCTETS:
            return self._octets(element)
        if element.tag != _OCTETS_IN_PIECES:
            raise ValueError("no octets")
        return b"".join(self._octets(piece) for piece in self._children(element))

    def _octets(self, element: _Element) -> bytes:
        return self._data[element.start : element.end]

    def _sequence(self, start: int, end: int) -> _Element:
        element = self._element(start, end, 0)
        if element.tag != _SEQUENCE:
            raise ValueError("another element")
        return element

    def _children(self, parent: _Element) -> list[_Element]:
        children: list[_Element] = []
        position = parent.start
        while position < parent.end:
            children.append(self._element(position, parent.end, 0))
            position = children[-1].after
        return children

    def _element(self, start: int, end: int, level: int) -> _Element:
        """The element at an offset (X.690, section 8.1)."""
        self._left -= 1
        if self._left < 0 or level > _MOST_LEVELS:
            raise ValueError("too much of it")
        tag, length = self._data[start], self._data[start + 1]
        start += 2
        if length == _INDEFINITE:
            return self._of_unknown_length(tag, start, end, level)
        if length > _INDEFINITE:
            octets = length - _INDEFINITE
            length = int.from_bytes(self._data[start : start + octets], "big")
            start += octets
        if start + length > end:
            raise ValueError("cut off")
        return _Element(tag, start, start + length, start + length)

    def _of_unknown_length(self, tag: int, start: int, end: int, level: int) -> _Element:
        """An element that two zero octets end, in the place of a further element."""
        position = start
        while self._data[position : position + 2] != b"\0\0":
            position = self._element(position, end, level + 1).after
        return _Element(tag, start, position, position + 2)
