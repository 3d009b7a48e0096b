"""How a group of calls is written down: JSON, encrypted as a whole."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError

from config.keyring import Keyring
from connectors.base import AddressChange, HealthEvent
from domain.errors import NotConfiguredError, UnreadableMessageError
from domain.messages import Accepted, DeliveryReport, InboundMessage, Unreadable
from domain.text import storable
from pipeline.calls import Call


class _Bytes(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class _Call(_Bytes):
    account_id: int
    items: list[InboundMessage | Unreadable]
    reports: list[DeliveryReport]
    events: list[HealthEvent | AddressChange] = []


class _File(_Bytes):
    received_at: AwareDatetime
    calls: list[_Call]


def dump(calls: Sequence[Call], received_at: datetime, keyring: Keyring) -> bytes:
    """The calls as ciphertext; `received_at` is aware. Never raises for what they hold."""
    try:
        text = _text(calls, received_at)
    except PydanticSerializationError:
        text = _text([_writable(call, received_at) for call in calls], received_at)
    return keyring.encrypt(text).encode("ascii")


def load(content: bytes, keyring: Keyring) -> tuple[list[Call], datetime]:
    """The calls and when they came. Raises UnreadableMessageError for damage or a key that is gone."""
    try:
        found = _File.model_validate_json(keyring.decrypt(content.decode("ascii")))
    except (NotConfiguredError, ValidationError, UnicodeDecodeError) as error:
        raise UnreadableMessageError(f"the file cannot be read: {type(error).__name__}") from error
    return [_call(kept) for kept in found.calls], found.received_at


def _call(kept: _Call) -> Call:
    return Call(account_id=kept.account_id, items=kept.items, reports=kept.reports, events=kept.events)


def _text(calls: Sequence[Call], received_at: datetime) -> str:
    kept = [
        _Call(account_id=c.account_id, items=list(c.items), reports=list(c.reports), events=list(c.events))
        for c in calls
    ]
    return _File(received_at=received_at, calls=kept).model_dump_json()


def _writable(call: Call, at: datetime) -> Call:
    # Half a surrogate pair has no UTF-8. The original has its bytes, and is read anew from quarantine.
    items = [each if _is_writable(at, items=[each]) else _original(each) for each in call.items]
    reports = [each for each in call.reports if _is_writable(at, reports=[each])]
    return Call(account_id=call.account_id, items=items, reports=reports, events=call.events)


def _is_writable(
    at: datetime, *, items: Sequence[Accepted] = (), reports: Sequence[DeliveryReport] = ()
) -> bool:
    try:
        return bool(_text([Call(account_id=0, items=items, reports=reports)], at))
    except PydanticSerializationError:
        return False


def _original(item: Accepted) -> Unreadable:
    return Unreadable(
        channel=item.channel,
        external_id=storable(item.external_id),
        raw=item.raw,
        error="It came while the database was out, with text that cannot be written down; replay it",
    )
