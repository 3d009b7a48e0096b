"""Receipts by SMPP become reports of what was sent: S9 of docs/acceptance.md."""

from typing import Any

import pytest

from domain.messages import Unreadable
from domain.urn import Urn
from domain.vocabulary import DeliveryState
from tests.connectors.building import Build
from tests.connectors.sms.smpp import RECEIPT, next_batch
from tests.servers.smsc import CITIZEN, MessageCentre

FAILED, DELIVERED, SENT = DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.SENT
LONG_RECEIPT = (
    b"id:0000abcd sub:001 dlvrd:001 submit date:2605041230 done date:2605041231 stat:DELIVRD err:000"
    b" text:Merhaba id:9"
)
BY_STATE = {"receipted_message_id": b"7F3A\0", "message_state": b"\x02"}
BY_ERROR = {"message_state": b"\x08", "network_error_code": b"\x03\x00\x0b"}
RECEIPTS: list[tuple[str, dict[str, Any], DeliveryState, str, str | None]] = [
    ("delivered", {"content": LONG_RECEIPT}, DELIVERED, "ABCD", None),
    ("failed", {"content": b"id:77 stat:UNDELIV err:027"}, FAILED, "77", "UNDELIV 027"),
    ("expired", {"content": b"id:77 stat:EXPIRED err:000"}, FAILED, "77", "EXPIRED"),
    ("on its way", {"content": b"ID:77 STAT:ACCEPTD"}, SENT, "77", None),
    ("by parameters alone", {"content": b"", "tlvs": BY_STATE}, DELIVERED, "7F3A", None),
    (
        "by parameters, failed",
        {"content": b"id:5", "tlvs": BY_STATE | BY_ERROR},
        FAILED,
        "7F3A",
        "REJECTD 11",
    ),
]


@pytest.mark.parametrize(
    ("label", "given", "state", "named", "reason"), RECEIPTS, ids=[r[0] for r in RECEIPTS]
)
def test_receipts_become_reports(
    label: str,
    given: dict[str, Any],
    state: DeliveryState,
    named: str,
    reason: str | None,
    centre: MessageCentre,
    build_smpp: Build,
) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.deliver(esm_class=RECEIPT, **given)
    batch = next_batch(desk)
    (report,) = batch.reports
    assert (report.state, report.gateway_id, report.reason) == (state, f"smpp-7-{named}", reason)
    assert report.recipient == Urn("tel", f"+{CITIZEN}")
    assert not report.permanent
    desk.acknowledge(batch)
    assert centre.saw("answered")["status"] == 0


def test_a_receipt_that_names_no_message_is_kept_for_a_person(
    centre: MessageCentre, build_smpp: Build
) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.deliver(b"teslim edildi", esm_class=RECEIPT)
    batch = next_batch(desk)
    assert [type(item) for item in batch.items] == [Unreadable]
    assert list(batch.reports) == []
