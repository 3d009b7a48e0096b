"""Builders of binary containers: winmail.dat and the ASN.1 of S/MIME."""

import struct


def tnef_object(level: int, attribute: int, kind: int, data: bytes) -> bytes:
    """One object of a winmail.dat (MS-OXTNEF, section 2.1.3)."""
    checksum = struct.pack("<H", sum(data) & 0xFFFF)
    return struct.pack("<BHHL", level, attribute, kind, len(data)) + data + checksum


def mapi_text(name: int, text: str) -> bytes:
    """One MAPI property with a Unicode text."""
    data = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHLL", 0x1F, name, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def tnef(*objects: bytes) -> bytes:
    """A winmail.dat of the objects."""
    version = tnef_object(1, 0x9006, 8, struct.pack("<L", 0x10000))
    codepage = tnef_object(1, 0x9007, 6, struct.pack("<LL", 1254, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + version + codepage + b"".join(objects)


def tnef_file(name: str, content: bytes) -> bytes:
    """The objects of one attached file with a long name."""
    properties = struct.pack("<L", 1) + mapi_text(0x3707, name)
    return b"".join((
        tnef_object(2, 0x9002, 6, b"\x01\x00" + bytes(12)),
        tnef_object(2, 0x8010, 1, b"FOTO~1.JPG\0"),
        tnef_object(2, 0x800F, 6, content),
        tnef_object(2, 0x9005, 6, properties),
    ))  # fmt: skip


def der(tag: int, *contents: bytes) -> bytes:
    """One element of ASN.1 with its length in front."""
    content = b"".join(contents)
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    return bytes((tag, 0x82)) + len(content).to_bytes(2, "big") + content


def ber(tag: int, *contents: bytes) -> bytes:
    """One element of ASN.1 that two zero octets end, as programs write it that do not know the length yet."""
    return bytes((tag, 0x80)) + b"".join(contents) + b"\0\0"
