"""What Verimor tells us: the JSON list it pushes, and the one it answers polls with, read without trust and
one item at a time (its user guide, "Gelen SMS Alımı" and "Gönderim Raporu Alımı")."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from connectors.sms.message import fallback_id, sms_message, sms_urn
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage
from domain.text import storable
from domain.vocabulary import DeliveryState

_TURKISH_TIME = ZoneInfo("Europe/Istanbul")
_FAILED = DeliveryState.FAILED
_STATES = {
    "WAITING": DeliveryState.SENT,
    "SENT": DeliveryState.SENT,
    # the same words already went to this number today, so this person is not left without them
    "DOUBLE_SEND_ERROR": DeliveryState.SENT,
    "DELIVERED": DeliveryState.DELIVERED,
    "NOT_DELIVERED": _FAILED,
    "EXPIRED": _FAILED,
    "SEND_ERROR": _FAILED,
    "REJECTED": _FAILED,
    "INTERNATIONAL_DENIED": _FAILED,
}
_NO_RECIPIENT = {
    "INVALID_DESTINATION_ADDRESS",
    "BLACKLISTED_DESTINATION_ADDRESS",
    "MISSING_TARIFF",
    "ROUTE_NOT_AVAILABLE",
    "NETWORK_NOTCOVERED",
}
"""Failures that lie in the number itself; others (a filter, a switched-off phone) say nothing against it."""
_UNKNOWN_SUBSCRIBER = "1"
_STOPPED_GSM_ERRORS = {"13", "2049", "2050"}


def as_list(item: bytes) -> bytes:
    """The stored original of one item: a list that holds it alone, which reads the same again."""
    return b"[" + item + b"]"


def is_report(item: Mapping[str, Any]) -> bool:
    """Whether the item tells what became of a message of ours."""
    return item.get("type") == "outbound"


def message_id(item: Mapping[str, Any]) -> int | None:
    """The item's number, the cursor of polling; None when it has none."""
    value = item.get("message_id")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def item_message(item: Mapping[str, Any], raw: bytes, charset: str = "utf-8") -> InboundMessage:
    """The message in an item, pushed or polled. Raises UnreadableMessageError when it holds none."""
    if "content" not in item or not isinstance(item["content"], str | None):
        raise UnreadableMessageError("The item has no content")
    sender, recipient, keyword = (_text(item, n) for n in ("source_addr", "destination_addr", "keyword"))
    text, moment = _text(item, "content"), turkish_time(item.get("received_at"))
    identifier = _text(item, "message_id")
    return sms_message(
        external_id=storable(identifier)
        or fallback_id(sender, recipient, text, moment.isoformat() if moment else ""),
        sender=sender,
        recipient=recipient,
        text=text,
        keyword=keyword,
        sent_at=moment,
        charset=charset,
        raw=raw,
    )


def item_report(item: Mapping[str, Any], raw: bytes) -> DeliveryReport | None:
    """The delivery report in an item, or None for a state on the way or a word the guide does not know.

    `reason` holds the provider's words.
    """
    status, gsm_error = _text(item, "status"), _text(item, "gsm_error")
    state = _FAILED if status in _NO_RECIPIENT else _STATES.get(status)
    if state is None:
        return None
    stopped = status == "BLACKLISTED_DESTINATION_ADDRESS" or gsm_error in _STOPPED_GSM_ERRORS
    final = status in _NO_RECIPIENT or gsm_error == _UNKNOWN_SUBSCRIBER or stopped
    words = [status] + [gsm_error] * (gsm_error not in ("", "0"))
    return DeliveryReport(
        state=state,
        gateway_id=_text(item, "campaign_id") or None,
        our_id=unquote(_text(item, "message_custom_id")) or None,
        recipient=sms_urn(_text(item, "dest")),
        reason=None if state is DeliveryState.DELIVERED else " ".join(words),
        permanent=state is _FAILED and final,
        stopped=stopped,
        at=turkish_time(item.get("done_at")),
        raw=raw,
    )


def turkish_time(value: Any) -> datetime | None:
    """A time of Verimor's in UTC: with its offset when polled, Turkish time without one when pushed."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=_TURKISH_TIME)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip() if name != "content" else value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableMessageError(f"{name} holds something that is no text")
