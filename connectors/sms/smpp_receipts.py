"""What became of a text of ours: delivery receipts (SMPP 3.4, 5.2.12, and its appendix B for their text)."""

import re

from connectors.sms.message import sms_urn
from connectors.sms.smpp_pdus import Delivery
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport
from domain.vocabulary import DeliveryState

_RECEIPT_TYPES = {0x04, 0x08, 0x10, 0x20}
_MESSAGE_ID, _MESSAGE_STATE, _NETWORK_ERROR = 0x001E, 0x0427, 0x0423
_FIELD = re.compile(r"\b(id|stat|err)\s*:\s*([^\s]*)", re.IGNORECASE)
_SENT, _DELIVERED, _FAILED = DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED
_STATES = {
    "SCHEDULED": _SENT,
    "ENROUTE": _SENT,
    "ACCEPTD": _SENT,
    "DELIVRD": _DELIVERED,
    "EXPIRED": _FAILED,
    "DELETED": _FAILED,
    "UNDELIV": _FAILED,
    "REJECTD": _FAILED,
}
_NUMBERS = {
    0: "SCHEDULED", 1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
    7: "UNKNOWN", 8: "REJECTD",
}  # fmt: skip


def is_receipt(delivery: Delivery) -> bool:
    """Whether a deliver_sm tells what became of a text of ours."""
    return delivery.esm_class & 0x3C in _RECEIPT_TYPES


def read_receipt(delivery: Delivery, account_id: int, form: str, raw: bytes) -> DeliveryReport | None:
    """The report in a receipt, or None for a state that says nothing. `form` is how the server writes ids in
    the text of receipts. Raises UnreadableMessageError for one that names no message.

    `reason` holds the operator's own words. Its error numbers are its own too, so none counts as permanent.
    """
    words = delivery.content.decode("latin-1")
    fields = {name.lower(): value for name, value in reversed(_FIELD.findall(words))}  # the first of each
    named = delivery.tlvs.get(_MESSAGE_ID, b"").split(b"\0", 1)[0].decode("latin-1")
    identifier = gateway_id(account_id, named, "text") if named else ""
    if not named and fields.get("id"):
        identifier = gateway_id(account_id, fields["id"], form)
    if not identifier:
        raise UnreadableMessageError("The receipt names no message")
    status = _status(fields.get("stat", ""), delivery.tlvs.get(_MESSAGE_STATE, b""))
    state = _STATES.get(status)
    if state is None:
        return None
    return DeliveryReport(
        state=state,
        gateway_id=identifier,
        recipient=sms_urn(delivery.source),
        reason=_reason(status, fields.get("err", ""), delivery) if state is _FAILED else None,
        raw=raw,
    )


def gateway_id(account_id: int, identifier: str, form: str) -> str:
    """One id for what a server writes in several ways: as it is, or as a number in hex or decimal. Ids of
    different servers are kept apart."""
    text = identifier.strip()
    base = {"hex": 16, "decimal": 10}.get(form)
    try:
        number = str(int(text, base)) if base else ""
    except ValueError:
        number = ""
    return f"smpp-{account_id}-{number or text.upper().lstrip('0') or '0'}"


def _status(word: str, number: bytes) -> str:
    if number:
        return _NUMBERS.get(number[0], "UNKNOWN")
    short = word.upper()[:7]
    return next((status for status in _STATES if status[:7] == short), "UNKNOWN")


def _reason(status: str, error: str, delivery: Delivery) -> str:
    number = delivery.tlvs.get(_NETWORK_ERROR, b"")
    error = error or (str(int.from_bytes(number[1:3], "big")) if len(number) >= 3 else "")
    return " ".join([status] + [error] * (error.strip("0") != ""))
