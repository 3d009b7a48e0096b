"""Receiving by SMPP from Perl's Net::SMPP: G1, S2, S4, S10 of docs/acceptance.md."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Acknowledging, PollConnector, Waiting
from domain.errors import ConnectionFailedError, PermanentError
from domain.messages import InboundMessage, PartOf, Unreadable
from domain.urn import Urn
from tests.connectors.building import NOW, Build
from tests.connectors.polling import messages
from tests.connectors.sms.smpp import HEADER, UCS2, next_batch, ucs2
from tests.servers.smsc import MessageCentre


def test_a_message_is_answered_only_once_it_is_stored(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    desk.poll("")
    tag = centre.deliver(ucs2("Çöp alınmadı ğ"), data_coding=UCS2)
    batch = next_batch(desk)
    (message,) = messages(batch.items)
    assert (message.text, message.charset) == ("Çöp alınmadı ğ", "utf-16-be")
    assert (message.sender, message.recipients) == (Urn("tel", "+905320000001"), (Urn("tel", "1530"),))
    centre.do("enquire")  # its answer would come behind an answer to the delivery
    centre.saw("80000015")
    assert centre.all("answered") == []
    desk.acknowledge(batch)
    assert centre.saw("answered", tag=tag)["status"] == 0


def test_the_connector_has_the_powers_it_needs(build_smpp: Build) -> None:
    for power in (PollConnector, Acknowledging, Waiting):
        assert isinstance(build_smpp(), power)


def test_what_was_not_answered_comes_again_and_is_the_same_message(
    centre: MessageCentre, build_smpp: Build
) -> None:
    killed, heir = build_smpp(), build_smpp(now=lambda: NOW + timedelta(minutes=5))
    killed.poll("")
    centre.deliver(b"Lamba yanmiyor")
    before = next_batch(killed)
    centre.do("drop")  # after our commit, before our answer
    after = next_batch(heir, before.cursor)
    assert [m.external_id for m in messages(after.items)] == [m.external_id for m in messages(before.items)]
    heir.acknowledge(after)
    assert centre.saw("answered")["status"] == 0


def test_what_was_never_stored_comes_again_as_new(centre: MessageCentre, build_smpp: Build) -> None:
    killed, heir = build_smpp(), build_smpp(now=lambda: NOW + timedelta(seconds=9))
    killed.poll("")
    centre.deliver(b"Lamba yanmiyor")
    before = next_batch(killed)
    centre.do("drop")
    after = next_batch(heir, "")
    assert messages(after.items)[0].text == "Lamba yanmiyor"
    assert messages(after.items)[0].external_id != messages(before.items)[0].external_id


def test_two_equal_texts_a_minute_apart_stay_two(centre: MessageCentre, build_smpp: Build) -> None:
    clock = [NOW]
    desk = build_smpp(now=lambda: clock[0])
    desk.poll("")
    centre.deliver(b"tamam")
    first = next_batch(desk)
    desk.acknowledge(first)
    clock[0] += timedelta(minutes=1)
    centre.deliver(b"tamam")
    second = next_batch(desk, first.cursor)
    while not second.items:
        second = next_batch(desk, second.cursor)
    assert messages(first.items)[0].external_id != messages(second.items)[0].external_id


def test_what_is_known_to_be_answered_is_forgotten(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    assert desk.poll("").cursor == ""
    centre.deliver(b"tamam")
    batch = next_batch(desk)
    assert batch.cursor != ""
    desk.acknowledge(batch)
    desk.wait(20)  # returns at once: there is something to forget
    assert desk.poll(batch.cursor).cursor == ""
    centre.saw("enquire", role="receiver")


def test_an_answer_that_nobody_heard_is_not_taken_for_one(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp(timeout_seconds=1.0)
    desk.poll("")
    centre.deliver(b"tamam")
    batch = next_batch(desk)
    centre.rules(mute=1)
    with pytest.raises(ConnectionFailedError):
        desk.acknowledge(batch)
    with pytest.raises(ConnectionFailedError):
        desk.poll(batch.cursor)
    assert desk.poll(batch.cursor).cursor == batch.cursor


PARTS: list[tuple[str, dict[str, Any], PartOf]] = [
    (
        "an eight-bit reference",
        {"content": bytes([5, 0, 3, 0x2A, 3, 2]) + ucs2("ğ"), "esm_class": HEADER, "data_coding": UCS2},
        PartOf(reference=0x2A, total=3, number=2),
    ),
    (
        "a sixteen-bit reference",
        {"content": bytes([6, 8, 4, 0x12, 0x34, 2, 1]) + b"abc", "esm_class": HEADER},
        PartOf(reference=0x1234, total=2, number=1),
    ),
    (
        "parameters in place of a header",
        {
            "content": b"abc",
            "tlvs": {"sar_msg_ref_num": b"\x00\x07", "sar_total_segments": b"\x02",
                     "sar_segment_seqnum": b"\x01"},
        },
        PartOf(reference=7, total=2, number=1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("label", "given", "expected"), PARTS, ids=[p[0] for p in PARTS])
def test_parts_say_what_they_are_parts_of(
    label: str, given: dict[str, Any], expected: PartOf, centre: MessageCentre, build_smpp: Build
) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.deliver(**given)
    (message,) = messages(next_batch(desk).items)
    assert message.part == expected


def test_a_payload_parameter_holds_what_is_too_long_for_the_field(
    centre: MessageCentre, build_smpp: Build
) -> None:
    desk, words = build_smpp(), "Kadıköy'de çöp " * 60
    desk.poll("")
    centre.deliver(b"", data_coding=UCS2, tlvs={"message_payload": ucs2(words)})
    (message,) = messages(next_batch(desk).items)
    assert message.text == words


def test_a_hundred_messages_come_in_order_and_are_all_answered(
    centre: MessageCentre, build_smpp: Build
) -> None:
    desk, cursor = build_smpp(), ""
    texts: list[str] = []
    desk.poll("")
    for number in range(120):
        centre.deliver(b"mesaj %d" % number)
    while len(texts) < 120:
        batch = next_batch(desk, cursor)
        cursor = batch.cursor
        texts += [message.text for message in messages(batch.items)]
        if batch.handles:
            desk.acknowledge(batch)
    assert texts == [f"mesaj {number}" for number in range(120)]
    assert centre.saw("answered", times=120)


def test_what_is_no_message_is_quarantined_whole_and_answered(
    centre: MessageCentre, build_smpp: Build
) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.do("raw", hex=(bytes.fromhex("00000018000000050000000000000063") + b"\xff" * 8).hex())
    batch = next_batch(desk)
    (item,) = batch.items
    assert isinstance(item, Unreadable)
    assert b"ffffffffffffffff" in item.raw
    desk.acknowledge(batch)
    assert centre.saw("answered", seq=0x63)["status"] == 0


def test_a_foreign_cursor_is_refused(build_smpp: Build) -> None:
    with pytest.raises(PermanentError):
        build_smpp().poll('{"after": 7}')


def test_the_original_reads_the_same_again(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp(default_alphabet="latin-1")
    desk.poll("")
    centre.deliver("Çöp ö".encode("latin-1"))
    (message,) = messages(next_batch(desk).items)
    (again,) = desk.parse(message.raw)
    assert isinstance(again, InboundMessage)
    assert (again.text, again.sender, again.charset) == ("Çöp ö", message.sender, "latin-1")
