"""What a text of ours is cut into for an SMPP server: the fields of each submit_sm."""

import zlib
from collections.abc import Sequence
from typing import Any

from connectors.sms.settings import SmsSettings
from domain.errors import RecipientRejectedError
from domain.gsm import SmsEncoding, plan
from domain.gsm_encode import pack_septets, septets
from domain.urn import Urn

_WITH_HEADER = 0x40
_RECEIPT, _RECEIPT_OF_FAILURE = 1, 2
_INTERNATIONAL, _NETWORK_SPECIFIC, _ALPHANUMERIC, _ISDN = 1, 3, 5, 1
_TURKISH_SHIFT = bytes([0x24, 1, 1])
_SHORT_CODE_DIGITS = 6


def submissions(text: str, recipient: Urn, our_id: str, settings: SmsSettings) -> Sequence[dict[str, Any]]:
    """The fields of each part's submit_sm, in order. Raises RecipientRejectedError for what is no number.

    The parts' reference follows from our id: a part that is sent again is the same part to a phone. A receipt
    is asked for of the last part, and of the others only if they fail."""
    if recipient.scheme != "tel" or not recipient.path.startswith("+"):
        raise RecipientRejectedError("An SMS needs an international phone number")
    planned = plan(text, turkish=settings.turkish_table)
    total = len(planned.parts)
    reference = zlib.crc32(our_id.encode()) & 0xFF
    parts = []
    for number, words in enumerate(planned.parts, 1):
        several = bytes([0x00, 3, reference, total, number]) if total > 1 else b""
        header = several + (_TURKISH_SHIFT if planned.encoding is SmsEncoding.GSM7_TURKISH_SINGLE else b"")
        parts.append(
            {
                **_addresses(recipient, settings),
                "esm_class": _WITH_HEADER if header else 0,
                "data_coding": 8 if planned.encoding is SmsEncoding.UCS2 else 0,
                "registered_delivery": _RECEIPT if number == total else _RECEIPT_OF_FAILURE,
                "short_message": _user_data(words, planned.encoding, header, packed=settings.packed_septets),
            }
        )
    return parts


def _user_data(text: str, encoding: SmsEncoding, elements: bytes, *, packed: bool) -> bytes:
    header = bytes([len(elements)]) + elements if elements else b""
    if encoding is SmsEncoding.UCS2:
        return header + text.encode("utf-16-be")
    units = septets(text, encoding)
    return header + (pack_septets(units, -len(header) * 8 % 7) if packed else bytes(units))


def _addresses(recipient: Urn, settings: SmsSettings) -> dict[str, Any]:
    sender = settings.sender
    digits = sender.removeprefix("+")
    if not digits.isdecimal():
        kind, numbering = _ALPHANUMERIC, 0
    elif len(digits) <= _SHORT_CODE_DIGITS:
        kind, numbering = _NETWORK_SPECIFIC, 0
    else:
        kind, numbering = _INTERNATIONAL, _ISDN
    if not sender:
        kind, numbering = 0, 0
    return {
        "source_addr_ton": kind if settings.sender_ton is None else settings.sender_ton,
        "source_addr_npi": numbering if settings.sender_npi is None else settings.sender_npi,
        "source_addr": digits if digits.isdecimal() else sender,
        "dest_addr_ton": _INTERNATIONAL,
        "dest_addr_npi": _ISDN,
        "destination_addr": recipient.path.removeprefix("+"),
    }
