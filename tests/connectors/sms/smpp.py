"""What the tests of SMPP share."""

from connectors.base import Batch
from connectors.sms.smpp import SmppSms

UCS2 = 8
HEADER = 0x40
RECEIPT = 0x04
LONG = "Kadıköy Moda Caddesi'nde çöp kutuları üç gündür alınmıyor; ekip yönlendirildi. " * 4


def next_batch(connector: SmppSms, cursor: str = "") -> Batch:
    """The first poll that brings something, or moves the cursor."""
    while True:
        batch = connector.poll(cursor)
        if batch.items or batch.reports or batch.cursor != cursor:
            return batch
        connector.wait(20)


def ucs2(text: str) -> bytes:
    return text.encode("utf-16-be")
