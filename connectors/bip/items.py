"""What one item of a call holds. Two systems of Turkcell call: REX forwards messages in lists or one by one
for a command's external link; the messaging environment (TES) pushes messages, events and reports."""

from collections.abc import Sequence
from typing import Any

from connectors.bip.content import LETTERS, Kind, Understood, understand
from connectors.bip.reports import delivery_report, is_send_report, send_reports
from connectors.bip.values import Json, child, moment, person, phone_of, text
from connectors.json_items import load_object, member, split_list
from connectors.received_ids import hashed_id
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Verdict

Found = InboundMessage | DeliveryReport
_UNSUBSCRIBED = "U"
_REX, _TES = "rex", "tes"
"""Each numbers its messages by itself, so the numbers are kept apart."""


def split_call(body: bytes) -> list[bytes]:
    """The items of a call, each as the bytes it came in. Raises UnreadableMessageError when it is no JSON."""
    items: list[bytes] = []
    for piece in split_list(body):
        inner = member(piece, "list")
        forwarded = inner is not None and inner.startswith(b"[") and member(piece, "resultcode") is None
        items += split_list(inner) if inner is not None and forwarded else [piece]
    return items


def read_item(raw: bytes) -> Sequence[Found]:
    """The message or the reports in an item; nothing in an event or a tap that says nothing. Raises
    UnreadableMessageError for anything else."""
    value, charset = load_object(raw)
    if is_send_report(value):
        return send_reports(value, raw)
    if value.get("type") == "R":
        report = delivery_report(value, raw)
        return [report] if report else []
    message = _message(value, raw, charset)
    return [message] if message else []


def is_command(item: bytes) -> bool:
    """Whether the item is a command's external link call, which is answered with words (REX)."""
    try:
        value, _ = load_object(item)
    except UnreadableMessageError:
        return False
    return "composition" in value and "request" not in value


def transaction_of(item: bytes) -> str:
    """The `transactionId` of a command's call, which its answer repeats; empty when it has none."""
    value, _ = load_object(item)
    found = value.get("transactionId")
    return str(found) if isinstance(found, str | int) else ""


def _message(value: dict[str, Any], raw: bytes, charset: str) -> InboundMessage | None:
    if "request" in value:
        return _of_rex(child(value, "request"), raw, charset)
    if "composition" in value:
        return _of_rex(value, raw, charset)
    if value.get("type") in ("M", "E") or "ctype" in value:
        return _of_tes(value, raw, charset)
    raise UnreadableMessageError("The item is neither a message nor an event nor a report")


def _of_rex(value: Json, raw: bytes, charset: str) -> InboundMessage | None:
    if value.get("type") == "E":
        return _event(value, _REX, raw, charset)
    contents = _contents(value)
    if not contents:
        raise UnreadableMessageError("The message holds no content")
    understood = understand(contents)
    headers = {"service": text(value, "serviceId"), "keyword": text(value, "keyword")}
    return None if understood.silent else _made(value, _REX, understood, raw, charset, headers=headers)


def _contents(value: Json) -> list[Json]:
    listed = child(value, "composition").get("list")
    found = [*listed] if isinstance(listed, list) else [value.get("content")]
    return [_content(each) for each in found]


def _content(value: Any) -> Json:
    if isinstance(value, str):
        return {"type": Kind.TEXT, "message": value}
    if not isinstance(value, dict):
        raise UnreadableMessageError("The message holds no content, or one that is no object")
    return value


def _of_tes(value: Json, raw: bytes, charset: str) -> InboundMessage | None:
    if value.get("type") == "E":
        return _event(value, _TES, raw, charset)
    letter = text(value, "ctype")
    content = {"type": LETTERS.get(letter), "message": value.get("content")}
    understood = understand([{**value, **content}])
    return None if understood.silent else _made(value, _TES, understood, raw, charset)


def _event(value: Json, system: str, raw: bytes, charset: str) -> InboundMessage | None:
    """Leaving the service is a wish to get no more notices (S7); joining it is nothing to the desk."""
    if text(value, "event") != _UNSUBSCRIBED:
        return None
    return _made(value, system, Understood(text=""), raw, charset, verdict=Verdict.OPT_OUT)


def _made(
    value: Json,
    system: str,
    understood: Understood,
    raw: bytes,
    charset: str,
    *,
    verdict: Verdict = Verdict.ORDINARY,
    headers: dict[str, str] | None = None,
) -> InboundMessage:
    sender = person(value, "sender")
    # Who left cannot be written to here, and is not written to by SMS about it either.
    open_here = verdict is Verdict.ORDINARY
    phone = phone_of(sender) if open_here else None
    return InboundMessage(
        channel=Channel.BIP,
        external_id=_external_id(value, system, sender, understood, raw),
        sender=sender,
        contacts=(phone,) if phone else (),
        sent_at=moment(value, "sendtime") or moment(value, "receiveDate"),
        text=understood.text,
        attachments=understood.attachments,
        place=understood.place,
        private=open_here,
        verdict=verdict,
        charset=charset,
        headers={name: found for name, found in (headers or {}).items() if found},
        raw=raw,
    )


def _external_id(value: Json, system: str, sender: Urn | None, understood: Understood, raw: bytes) -> str:
    number = text(value, "msgid").strip() or text(value, "msgId").strip()
    if number:
        return f"{system}:{number}"
    stamp = text(value, "sendtime") or text(value, "receiveDate")
    if not (sender and stamp):
        return hashed_id(raw)
    files = [attachment.source or "" for attachment in understood.attachments]
    return hashed_id(str(sender), stamp, understood.text, *files)
