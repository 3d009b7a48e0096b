"""Sending by SMPP to Perl's Net::SMPP: S6, S9, S10 of docs/acceptance.md."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Sending
from domain.errors import (
    ConnectionFailedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    TransientError,
)
from domain.gsm_decode import decode_septets, read_header
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.sms.smpp import LONG
from tests.domain.user_data import decode_user_data
from tests.servers.smsc import MessageCentre

RECEIPT = "Başvurunuz alındı. Başvuru no: 2026-0001234-5, güvenlik no: 123456. Beyaz Masa ğışİĞŞ"


def text_of(part: dict[str, Any], *, packed: bool = False) -> str:
    """What a phone would read."""
    content = bytes.fromhex(part["content"])
    header = read_header(content) if part["esm_class"] & 0x40 else read_header(b"")
    body = content[header.octets :]
    if part["data_coding"] == 8:
        return body.decode("utf-16-be")
    if packed:
        septets = (len(content) * 8) // 7
        text = decode_user_data(content, length=septets, has_header=header.octets > 0, ucs2=False)[0]
        return text.removesuffix("\r")  # what fills the last octet, and no phone shows
    assert max(body) < 0x80
    return decode_septets(list(body), header)


def test_a_plain_text_is_one_packet_of_septets(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp()
    assert isinstance(desk, Sending)
    assert desk.send(outgoing("Basvurunuz alindi @ Çöp €5")) == "smpp-7-1A2B"
    part = centre.saw("submit")
    assert text_of(part) == "Basvurunuz alindi @ Çöp €5"
    assert (part["data_coding"], part["esm_class"], part["registered_delivery"]) == (0, 0, 1)
    assert (part["destination_addr"], part["dest_addr_ton"], part["dest_addr_npi"]) == ("905320000001", 1, 1)
    assert (part["source_addr"], part["source_addr_ton"], part["source_addr_npi"]) == ("1530", 3, 0)


SENDERS = [
    ("a registered header", {"sender": "BEYAZMASA"}, ("BEYAZMASA", 5, 0)),
    ("an international number", {"sender": "+902120000000"}, ("902120000000", 1, 1)),
    ("what the operator wants", {"sender": "1530", "sender_ton": 6, "sender_npi": 9}, ("1530", 6, 9)),
]


@pytest.mark.parametrize(("label", "given", "expected"), SENDERS, ids=[s[0] for s in SENDERS])
def test_the_sender_is_named_as_what_it_is(
    label: str,
    given: dict[str, Any],
    expected: tuple[str, int, int],
    centre: MessageCentre,
    build_smpp: Build,
    outgoing: Build,
) -> None:
    build_smpp(**given).send(outgoing("Merhaba"))
    part = centre.saw("submit")
    assert (part["source_addr"], part["source_addr_ton"], part["source_addr_npi"]) == expected


WAYS = [
    ("UCS-2 where the table is not passed on", {}, RECEIPT, 8, 2),
    ("the Turkish table in one packet", {"turkish_table": True}, RECEIPT, 0, 1),
    ("the Turkish table, packed", {"turkish_table": True, "packed_septets": True}, RECEIPT, 0, 1),
    ("UCS-2 in parts", {}, LONG, 8, 5),
    ("the Turkish table in parts", {"turkish_table": True}, LONG, 0, 3),
    ("the Turkish table in parts, packed", {"turkish_table": True, "packed_septets": True}, LONG, 0, 3),
    ("what only UCS-2 has", {"turkish_table": True}, "Teşekkürler 👍", 8, 1),
]


@pytest.mark.parametrize(("label", "given", "text", "coding", "parts"), WAYS, ids=[w[0] for w in WAYS])
def test_every_text_arrives_as_it_was_written(
    label: str,
    given: dict[str, Any],
    text: str,
    coding: int,
    parts: int,
    centre: MessageCentre,
    build_smpp: Build,
    outgoing: Build,
) -> None:
    build_smpp(**given).send(outgoing(text))
    sent = [centre.saw("submit", times=n + 1) for n in range(parts)]
    assert centre.all("submit") == sent
    assert "".join(text_of(part, packed=given.get("packed_septets", False)) for part in sent) == text
    assert {part["data_coding"] for part in sent} == {coding}
    # On the air every part has 140 octets at most, its septets packed.
    assert all(on_the_air(part, packed=given.get("packed_septets", False)) <= 140 for part in sent)


def on_the_air(part: dict[str, Any], *, packed: bool) -> int:
    content = bytes.fromhex(part["content"])
    if packed or part["data_coding"] == 8:
        return len(content)
    header = read_header(content).octets if part["esm_class"] & 0x40 else 0
    return (header * 8 + (-header * 8 % 7) + (len(content) - header) * 7 + 7) // 8


def test_parts_are_numbered_under_one_reference_and_only_the_last_reports(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(turkish_table=True)
    last = desk.send(outgoing(LONG))
    desk.send(outgoing(LONG))
    headers = [read_header(bytes.fromhex(e["content"])).concatenation for e in centre.all("submit")]
    assert [(h.number, h.total) for h in headers if h] == [(1, 3), (2, 3), (3, 3)] * 2
    assert (
        len({h.reference for h in headers if h}) == 1
    )  # the same notice again is the same message to a phone
    assert [e["registered_delivery"] for e in centre.all("submit")] == [2, 2, 1] * 2
    assert last == "smpp-7-1A2D"


IDS = [
    ("as they are", {}, "1A2B"),
    ("hex that receipts write as decimal", {"response_ids": "hex"}, str(0x1A2B)),
    ("decimal that is none stays as it is", {"response_ids": "decimal"}, "1A2B"),
]


@pytest.mark.parametrize(("label", "given", "expected"), IDS, ids=[i[0] for i in IDS])
def test_ids_meet_those_of_receipts(
    label: str,
    given: dict[str, Any],
    expected: str,
    centre: MessageCentre,
    build_smpp: Build,
    outgoing: Build,
) -> None:
    assert build_smpp(**given).send(outgoing("Merhaba")) == f"smpp-7-{expected}"


def test_a_receipt_in_decimal_meets_an_id_in_hex(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(response_ids="hex", receipt_ids="decimal")
    sent = desk.send(outgoing("Merhaba"))
    desk.poll("")
    centre.deliver(b"id:0000006699 stat:DELIVRD err:000", esm_class=4)
    desk.wait(20)
    assert [report.gateway_id for report in desk.poll("").reports] == [sent]


REFUSALS: list[tuple[int, type[DeskError], timedelta | None]] = [
    (0x58, ThrottledError, timedelta(seconds=10)),
    (0x14, ThrottledError, timedelta(minutes=1)),
    (0x08, ConnectionFailedError, None),
    (0x0A, NotConfiguredError, None),
    (0x0B, RecipientRejectedError, None),
    (0x45, TransientError, None),
    (0x64, TransientError, None),
    (0x66, PermanentError, None),
    (0x0400, PermanentError, None),
]


@pytest.mark.parametrize(("status", "kind", "patience"), REFUSALS, ids=[hex(r[0]) for r in REFUSALS])
def test_refusals_are_told_apart_by_their_number(
    status: int,
    kind: type[DeskError],
    patience: timedelta | None,
    centre: MessageCentre,
    build_smpp: Build,
    outgoing: Build,
) -> None:
    centre.rules(submits=[status])
    desk = build_smpp()
    with pytest.raises(kind) as refused:
        desk.send(outgoing("gizli sözler"))
    assert type(refused.value) is kind
    assert getattr(refused.value, "retry_after", None) == patience
    assert "gizli" not in str(refused.value)
    desk.send(outgoing("Merhaba"))  # the bind is as good as before
    assert len(centre.all("bind")) == 1


def test_parts_that_left_do_not_leave_again(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(turkish_table=True)
    centre.rules(submits=[0, 0x58, 0])
    with pytest.raises(ThrottledError):
        desk.send(outgoing(LONG))
    desk.send(outgoing(LONG))
    numbers = [read_header(bytes.fromhex(e["content"])).concatenation for e in centre.all("submit")]
    assert [where.number for where in numbers if where] == [1, 2, 3, 2]


@pytest.mark.parametrize("recipient", [Urn("tel", "1530"), Urn("sms", "BANKA"), Urn("mailto", "a@b.example")])
def test_what_is_no_phone_number_is_refused_unsent(
    recipient: Urn, build_smpp: Build, outgoing: Build
) -> None:
    with pytest.raises(RecipientRejectedError):
        build_smpp(port=1).send(outgoing("Merhaba", recipient=recipient))
