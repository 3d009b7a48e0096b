"""SMPP 3.4 on the wire: packets are built and read by smpplib, except for what it takes no care of.

Its reader stops at a parameter whose length is not the usual one, or that belongs to another command; an
operator's extra parameter must cost no message, so optional parameters are read here.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from smpplib import smpp
from smpplib.command import DeliverSM

from domain.errors import ConnectionFailedError, UnreadableMessageError

DELIVER_SM, ENQUIRE_LINK, UNBIND = 0x05, 0x15, 0x06
RESPONSE, GENERIC_NACK = 0x80000000, 0x80000000
OK = 0
_HEADER = struct.Struct(">LLLL")
_TLV = struct.Struct(">HH")
_LONGEST = 70_000
"""A message payload has 64 KiB at most; whatever is longer is no SMPP."""


@dataclass(frozen=True, kw_only=True)
class Pdu:
    """One packet as it came."""

    command: int
    status: int
    sequence: int
    raw: bytes

    @property
    def is_response(self) -> bool:
        """Whether it answers something of ours."""
        return bool(self.command & RESPONSE)

    @property
    def text(self) -> str:
        """The first string of its body: the id in the answer to a submission."""
        return self.raw[16:].split(b"\0", 1)[0].decode("latin-1")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a deliver_sm says. `content` is its user data, from wherever in it that was."""

    source: str
    destination: str
    esm_class: int
    data_coding: int
    content: bytes
    tlvs: Mapping[int, bytes]


def frame(command: str, sequence: int, *, status: int = OK, **fields: Any) -> bytes:
    """A packet of ours, ready to send. Texts in it are ASCII."""
    pdu = smpp.make_pdu(command, client=_Numbers(sequence), **fields)
    pdu.sequence, pdu.status = sequence, status
    return bytes(pdu.generate())


def split(buffer: bytearray) -> Iterator[Pdu]:
    """Take the whole packets off the front of what was received. Raises ConnectionFailedError for what is no
    SMPP: where the next packet begins cannot be known then."""
    while len(buffer) >= _HEADER.size:
        length, command, status, sequence = _HEADER.unpack_from(buffer)
        if not _HEADER.size <= length <= _LONGEST:
            raise ConnectionFailedError("The operator's SMPP server sent something that is no SMPP")
        if len(buffer) < length:
            return
        raw = bytes(buffer[:length])
        del buffer[:length]
        yield Pdu(command=command, status=status, sequence=sequence, raw=raw)


def read_delivery(raw: bytes) -> Delivery:
    """What a deliver_sm says. Raises UnreadableMessageError, nothing else, whatever the bytes."""
    try:
        pdu = _DeliverSm("deliver_sm", need_sequence=False)
        pdu.parse(raw)
        content = bytes(pdu.short_message or b"")
        source, destination = bytes(pdu.source_addr), bytes(pdu.destination_addr)
        esm_class, data_coding, length = int(pdu.esm_class), int(pdu.data_coding), int(pdu.sm_length or 0)
    except Exception as error:  # whatever the library stumbles over
        raise UnreadableMessageError("The packet is no deliver_sm") from error
    if len(content) != length:
        raise UnreadableMessageError("The packet ends before its message does")
    return Delivery(
        source=source.decode("latin-1"),
        destination=destination.decode("latin-1"),
        esm_class=esm_class,
        data_coding=data_coding,
        content=pdu.tlvs.get(0x0424, b"") or content,
        tlvs=pdu.tlvs,
    )


class _DeliverSm(DeliverSM):  # type: ignore[misc]  # the library has no types
    def __init__(self, command: str, **more: Any) -> None:
        super().__init__(command, **more)
        self.tlvs: dict[int, bytes] = {}

    def parse_optional_params(self, data: bytes) -> None:
        position = 0
        while position + _TLV.size <= len(data):
            tag, length = _TLV.unpack_from(data, position)
            position += _TLV.size
            self.tlvs[tag] = data[position : position + length]
            position += length


class _Numbers:
    """The sequence number of one packet, where the library expects a client that counts."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence

    def next_sequence(self) -> int:
        return self.sequence
