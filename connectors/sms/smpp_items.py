"""What came by an SMPP bind, as the desk's messages. An original is one line of JSON: the packet in hex, and
the operator's habits it is read by, so that it reads the same again."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

from connectors.parts import joined
from connectors.sms.message import sms_message
from connectors.sms.smpp_pdus import Delivery, read_delivery
from connectors.sms.smpp_text import Habits, Read, read_content
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, InboundMessage, PartOf

BEGINNING = b'{"smpp"'
_HEADER_OCTETS = 16
_SAR = (0x020C, 0x020E, 0x020F)
"""Reference, number of parts, number of this one."""


def original(packet: bytes, habits: Habits) -> bytes:
    """What is stored of a packet."""
    return json.dumps({"smpp": packet.hex(), "alphabet": habits.alphabet, "packed": habits.packed}).encode()


def digest(packet: bytes) -> str:
    """The same for every delivery of the same message: its sequence number is the bind's, not its own."""
    return hashlib.sha256(packet[_HEADER_OCTETS:]).hexdigest()[:40]


def item(raw: bytes, wait: timedelta) -> InboundMessage:
    """The message, or part of one, in one original; others of its parts are waited for so long. Raises
    UnreadableMessageError."""
    packet, habits = _opened(raw)
    delivery = read_delivery(packet)
    read = read_content(delivery.content, delivery.data_coding, delivery.esm_class, habits)
    message = sms_message(
        external_id=f"smpp:{digest(packet)}",
        sender=delivery.source,
        recipient=delivery.destination,
        text=joined({1: read.text or ""}, 1),
        attachments=[_file(read)] if read.text is None else [],
        charset=read.charset,
        raw=raw,
    )
    part = _part_of(delivery, read, wait)
    if part is None:
        return message
    return replace(message, text=read.text or "", part=part)


def read_originals(raw: bytes) -> InboundMessage:
    """The message in the originals of its parts, a line each, or in the only one. Raises
    UnreadableMessageError."""
    pieces = [item(line, timedelta()) for line in raw.splitlines()]
    first = pieces[0]
    if first.part is None:
        return first
    texts = {piece.part.number: piece.text for piece in pieces if piece.part}
    return replace(first, text=joined(texts, first.part.total), part=None, raw=raw)


def _opened(raw: bytes) -> tuple[bytes, Habits]:
    try:
        value = json.loads(raw)
        packet = bytes.fromhex(value["smpp"])
        return packet, Habits(alphabet=str(value["alphabet"]), packed=bool(value["packed"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableMessageError("The original is no SMPP packet of ours") from error


def _part_of(delivery: Delivery, read: Read, wait: timedelta) -> PartOf | None:
    """By the user data header, or by the parameters that stand for it."""
    named = read.header.concatenation
    if named:
        found = PartOf(reference=named.reference, total=named.total, number=named.number, wait=wait)
    else:
        reference, total, number = (int.from_bytes(delivery.tlvs.get(tag, b""), "big") for tag in _SAR)
        found = PartOf(reference=reference & 0xFFFF, total=total, number=number, wait=wait)
    return found if 1 <= found.number <= found.total <= 0xFF and found.total > 1 else None


def _file(read: Read) -> Attachment:
    return Attachment(name="sms.bin", media_type="application/octet-stream", content=read.data)
