"""What NetGSM tells us: messages without an id, and what became of our texts, read without trust.

Two messages of one second, one person and the same words are told apart by their number among such equals.
It is stored with the original, so that this reads the same again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.json_items import load_object, member, split_list
from connectors.received_ids import hashed_id
from connectors.sms.message import sms_message, sms_urn
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage
from domain.vocabulary import DeliveryState

_TURKISH_TIME = ZoneInfo("Europe/Istanbul")
_FORMS = ("%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d%m%Y%H%M%S", "%d.%m.%Y %H:%M")
_KEY = ("sender", "receiver", "datetime", "message")
_WRAP = "netgsm"
_F = DeliveryState.FAILED
_STATES = {
    1: DeliveryState.DELIVERED,
    2: _F,  # its time ran out
    3: _F,  # wrong or barred number
    4: _F,  # not handed to the operator
    11: _F,  # the operator refused it
    12: _F,  # delivery error
    13: DeliveryState.SENT,  # the same words went to this number just before
    14: _F,  # no credit
    15: _F,  # on the blacklist
    16: _F,  # refused by IYS
    17: _F,  # IYS error
}
_BARRED, _BLACKLISTED = 3, 15


def numbered(items: Sequence[bytes]) -> list[bytes]:
    """Stored originals of an answer's messages: each with its number among its equals."""
    seen: Counter[str] = Counter()
    originals = []
    for item in items:
        key = _key(item)
        seen[key] += 1
        originals.append(_wrapped(item, seen[key]))
    return originals


def expanded(pieces: Sequence[bytes]) -> list[bytes]:
    """The pieces, with a whole answer of the inbox among them taken apart."""
    found: list[bytes] = []
    for piece in pieces:
        inner = member(piece, "messages")
        if inner is not None and inner.startswith(b"["):
            found += numbered(split_list(inner))
        else:
            found.append(piece)
    return found


def is_netgsm(value: Mapping[str, Any]) -> bool:
    """Whether an object is a message of NetGSM's, stored or as it came."""
    return _WRAP in value or all(name in value for name in ("datetime", "message", "sender"))


def item_message(value: Mapping[str, Any], raw: bytes, charset: str = "utf-8") -> InboundMessage:
    """The message in an object. Raises UnreadableMessageError when it holds none."""
    item, number = (value[_WRAP], value.get("occurrence", 1)) if _WRAP in value else (value, 1)
    if not isinstance(item, dict) or not isinstance(number, int) or isinstance(number, bool):
        raise UnreadableMessageError("The item is no message of NetGSM's")
    if not isinstance(item.get("message"), str):
        raise UnreadableMessageError("The item has no message")
    sender, receiver, stamp = (_text(item, name).strip() for name in _KEY[:3])
    if not (sender or stamp):
        raise UnreadableMessageError("The item has neither a sender nor a time")
    text = item["message"]
    return sms_message(
        external_id=hashed_id(sender, receiver, stamp, text, str(number)),
        sender=sender,
        recipient=receiver,
        text=text,
        sent_at=turkish_time(stamp),
        charset=charset,
        raw=raw if _WRAP in value else _wrapped(raw, 1),
    )


def item_report(raw: bytes) -> DeliveryReport | None:
    """What became of one of our texts, by its job id; None while it is on its way, and for a state that is
    not known. Raises UnreadableMessageError for what is no report."""
    item, _ = load_object(raw)
    status = _number(item, "status")
    state = _STATES.get(status) if status is not None else None
    job = _text(item, "jobid").strip()
    if state is None or not job:
        return None
    error = _text(item, "errorCode").strip()
    reason = f"NetGSM {status}" + f" {error}" * (error not in ("", "0"))
    return DeliveryReport(
        state=state,
        gateway_id=job,
        recipient=sms_urn(_text(item, "number") or _text(item, "telno")),
        reason=None if state is DeliveryState.DELIVERED else reason,
        permanent=status in (_BARRED, _BLACKLISTED),
        stopped=status == _BLACKLISTED,
        at=turkish_time(item.get("deliveredDate")),
        raw=raw,
    )


def turkish_time(value: Any) -> datetime | None:
    """A time of NetGSM's in UTC; it writes Turkish time without an offset."""
    if not isinstance(value, str):
        return None
    for form in _FORMS:
        try:
            moment = datetime.strptime(value.strip(), form).replace(tzinfo=_TURKISH_TIME)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def moment_of(raw: bytes) -> datetime | None:
    """The time of a stored original, None when it has none."""
    try:
        value, _ = load_object(raw)
    except UnreadableMessageError:
        return None
    item = value.get(_WRAP)
    return turkish_time(item.get("datetime")) if isinstance(item, dict) else None


def _key(item: bytes) -> str:
    try:
        value, _ = load_object(item)
    except UnreadableMessageError:
        return hashed_id(item)
    return hashed_id(*(repr(value.get(name)) for name in _KEY))


def _wrapped(item: bytes, number: int) -> bytes:
    return b'{"netgsm":' + item + b',"occurrence":' + str(number).encode() + b"}"


def _number(item: Mapping[str, Any], name: str) -> int | None:
    found = _text(item, name).strip()
    return int(found) if found.isascii() and found.isdecimal() and len(found) < 7 else None


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableMessageError(f"{name} holds something that is no text")
