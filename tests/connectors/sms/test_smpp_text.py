"""How an SMPP message's bytes are read: S5, G3, test 24 of docs/acceptance.md."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms.parsing import SmsParser
from connectors.sms.smpp_items import BEGINNING, original
from connectors.sms.smpp_pdus import frame, read_delivery
from connectors.sms.smpp_text import Habits, read_content
from domain.errors import UnreadableMessageError
from domain.gsm import SmsEncoding
from domain.gsm_encode import pack_septets, septets
from domain.gsm_tables import DEFAULT, TURKISH_LOCKING
from domain.messages import InboundMessage
from tests.domain.sms_encoder import encode

HEADER = 0x40
UNPACKED, PACKED = Habits(), Habits(packed=True)
LATIN, ASCII = Habits(alphabet="latin-1"), Habits(alphabet="ascii")
SINGLE, LOCKING = bytes([0x24, 1, 1]), bytes([0x25, 1, 1])
BOTH = LOCKING + SINGLE
WORDS = "Işık sönmüş, ğ İ Ş ş ı ç €5"
# "Işık Ğ" under the single shift table, septet by septet (3GPP TS 23.038, A.2.1): nothing of ours made it.
BY_HAND = bytes([0x03, *SINGLE, 0x49, 0x1B, 0x73, 0x1B, 0x69, 0x6B, 0x20, 0x1B, 0x47])
# "ışİğ" by the locking shift table (A.3.1).
BY_HAND_LOCKING = bytes([0x03, *LOCKING, 0x07, 0x1D, 0x40, 0x0C])


def headed(elements: bytes, text: str, *, packed: bool, locking: bool = False, single: bool = True) -> bytes:
    header = bytes([len(elements)]) + elements
    if packed:
        return encode(text, header=header, single=single, locking=locking)[0]
    base = TURKISH_LOCKING if locking else DEFAULT
    units: list[int] = []
    for letter in text:
        units += [base.index(letter)] if letter in base else septets(letter, SmsEncoding.GSM7_TURKISH_SINGLE)
    return header + bytes(units)


READ: list[tuple[str, bytes, int, int, Habits, str]] = [
    ("default alphabet", bytes([0, 0x0B, 0x0F, 0x1B, 0x65]), 0, 0, UNPACKED, "@Øå€"),
    ("default alphabet, packed", bytes.fromhex("c8329bfd06"), 0, 0, PACKED, "Hello"),
    ("eight letters, packed", pack_septets(b"abcdefgh"), 0, 0, PACKED, "abcdefgh"),
    ("seven letters, packed, no eighth", pack_septets(b"abcdefg"), 0, 0, PACKED, "abcdefg"),
    ("seven letters, filled with zeros", bytes.fromhex("61f1985c369f01"), 0, 0, PACKED, "abcdefg"),
    ("default is Latin-1 there", "Çöp ö".encode("latin-1"), 0, 0, LATIN, "Çöp ö"),
    ("default is ASCII there", b"cop [x]", 0, 0, ASCII, "cop [x]"),
    ("claims septets, has a Windows page", "şğı".encode("cp1254"), 0, 0, UNPACKED, "şğı"),
    ("ASCII", b"cop [x]", 1, 0, UNPACKED, "cop [x]"),
    ("Latin-1", "Çöp".encode("latin-1"), 3, 0, UNPACKED, "Çöp"),
    ("UCS-2", "ğüşİ👍".encode("utf-16-be"), 8, 0, UNPACKED, "ğüşİ👍"),
    ("UCS-2 with an odd octet", "ğ".encode("utf-16-be") + b"\x01", 8, 0, UNPACKED, "ğ"),
    ("UCS-2, flash", "ğ".encode("utf-16-be"), 0x18, 0, UNPACKED, "ğ"),
    ("septets with a class", b"abc", 0xF1, 0, UNPACKED, "abc"),
    ("binary that is text", "çöp".encode(), 0xF5, 0, UNPACKED, "çöp"),
    ("binary that is text, plain", b"selam\n", 4, 0, UNPACKED, "selam\n"),
    ("a number nobody assigned", b"abc", 0x0F, 0, UNPACKED, "abc"),
    ("Turkish single shift by hand", BY_HAND, 0, HEADER, UNPACKED, "Işık Ğ"),
    ("Turkish locking shift by hand", BY_HAND_LOCKING, 0, HEADER, UNPACKED, "ışİğ"),
    ("Turkish single shift", headed(SINGLE, WORDS, packed=False), 0, HEADER, UNPACKED, WORDS),
    ("Turkish single shift, packed", headed(SINGLE, WORDS, packed=True), 0, HEADER, PACKED, WORDS),
    ("Turkish both", headed(BOTH, WORDS, packed=False, locking=True), 0, HEADER, UNPACKED, WORDS),
    ("Turkish both, packed", headed(BOTH, WORDS, packed=True, locking=True), 0, HEADER, PACKED, WORDS),
    ("a table where default is Latin-1", headed(SINGLE, WORDS, packed=False), 0, HEADER, LATIN, WORDS),
    ("no header, so no table", bytes([0x1B, 0x73]), 0, 0, UNPACKED, "s"),
    ("a header that is announced only", bytes([3, *SINGLE]), 0, HEADER, UNPACKED, ""),
    ("nothing", b"", 0, 0, UNPACKED, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "content", "coding", "esm_class", "habits", "expected"), READ, ids=[r[0] for r in READ]
)
def test_every_alphabet_reads_exactly(
    label: str, content: bytes, coding: int, esm_class: int, habits: Habits, expected: str
) -> None:
    assert read_content(content, coding, esm_class, habits).text == expected


def test_what_is_no_text_becomes_a_file() -> None:
    (message,) = SmsParser().parse(packet(short_message=b"\x06\x05\x04\xff\xfe\x00", data_coding=4))
    (file,) = message.attachments
    assert (message.text, file.name, file.content) == ("", "sms.bin", b"\x06\x05\x04\xff\xfe\x00")


def packet(**fields: Any) -> bytes:
    common: dict[str, Any] = {"source_addr": "905320000001", "source_addr_ton": 1, "destination_addr": "1530"}
    return original(frame("deliver_sm", 7, **common | {"esm_class": 0, "data_coding": 0} | fields), UNPACKED)


def part(number: int, text: str) -> bytes:
    content = bytes([5, 0, 3, 9, 3, number]) + text.encode("utf-16-be", "surrogatepass")
    return packet(short_message=content, esm_class=HEADER, data_coding=8)


def test_the_originals_of_parts_read_as_one_message() -> None:
    raw = b"\n".join([part(1, "Çöp \ud83d"), part(2, "\udc4d alınmadı "), part(3, "ğ")])
    (message,) = SmsParser().parse(raw)
    assert (message.text, message.part, message.raw) == ("Çöp 👍 alınmadı ğ", None, raw)


def test_the_original_of_a_part_alone_reads_with_marks() -> None:
    (message,) = SmsParser().parse(part(2, "ortası"))
    assert message.text == "[1/3. parça eksik]ortası[3/3. parça eksik]"


def test_an_operators_own_parameters_cost_no_message() -> None:
    body = frame("deliver_sm", 7, source_addr="905320000001", destination_addr="1530", short_message=b"abc",
                 esm_class=0, data_coding=0)  # fmt: skip
    strange = bytes.fromhex("140300021234020c0001ff130c000002050005")  # the last one is cut off
    length = (len(body) + len(strange)).to_bytes(4, "big")
    assert read_delivery(length + body[4:] + strange).content == b"abc"


UNREADABLE = [
    ("no JSON", BEGINNING + b": "),
    ("no hex", json.dumps({"smpp": "xyz", "alphabet": "gsm7", "packed": False}).encode()),
    ("no habits", json.dumps({"smpp": "00"}).encode()),
    ("no packet", json.dumps({"smpp": "00", "alphabet": "gsm7", "packed": False}).encode()),
    ("a packet cut short", packet(short_message=b"abcdef").replace(b'6566"', b'"')),
]


@pytest.mark.parametrize(("label", "raw"), UNREADABLE, ids=[u[0] for u in UNREADABLE])
def test_what_is_no_packet_is_refused_as_such(label: str, raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        SmsParser().parse(raw)


@given(body=st.binary(max_size=200), habits=st.sampled_from([UNPACKED, PACKED, LATIN, ASCII]))
def test_no_bytes_make_the_parser_raise_anything_else(body: bytes, habits: Habits) -> None:
    raw = original(
        (16 + len(body)).to_bytes(4, "big") + bytes.fromhex("000000050000000000000001") + body, habits
    )
    try:
        (message,) = SmsParser().parse(raw)
    except UnreadableMessageError:
        return
    assert isinstance(message, InboundMessage)
    message.text.encode()


@given(content=st.binary(max_size=160), coding=st.integers(0, 255), esm_class=st.integers(0, 255))
def test_no_content_makes_the_reader_raise(content: bytes, coding: int, esm_class: int) -> None:
    for habits in (UNPACKED, PACKED, LATIN, ASCII):
        read_content(content, coding, esm_class, habits)


@given(text=st.text(alphabet=sorted(set(DEFAULT) - {"\x1b"}), max_size=160))
def test_packed_septets_read_as_they_were_packed(text: str) -> None:
    packed = pack_septets(septets(text, SmsEncoding.GSM7))
    read = read_content(packed, 0, 0, PACKED).text
    assert read == text or (text.endswith(("@", "\r")) and read == text[:-1])


def test_a_letter_that_an_alphabet_lacks_is_no_septet() -> None:
    with pytest.raises(ValueError, match="ğ"):
        septets("ğ", SmsEncoding.GSM7)
