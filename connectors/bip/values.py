"""Values of BiP's JSON, read without trust."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import UnreadableMessageError
from domain.text import storable
from domain.urn import Urn, phone_urn

Json = Mapping[str, Any]
_TURKISH_TIME = ZoneInfo("Europe/Istanbul")
_FORMS = ("%d.%m.%Y %H:%M:%S.%f %z", "%d.%m.%Y %H:%M:%S %z", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S")
_PHONE = re.compile(r"[1-9][0-9]{9,14}")


def text(value: Json, name: str) -> str:
    """A member as text, empty when it is absent. Raises UnreadableMessageError for a list or an object."""
    found = value.get(name)
    if found is None:
        return ""
    if isinstance(found, str):
        return storable(found)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    raise UnreadableMessageError(f"{name} holds something that is no text")


def child(value: Json, name: str) -> Json:
    """A member that is an object; an empty one when it is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def number(value: Json, name: str) -> int | None:
    """A member as a whole number, written as one or as text; None when it is none."""
    found = value.get(name)
    if isinstance(found, str) and re.fullmatch(r"-?[0-9]{1,9}", found.strip()):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def moment(value: Json, name: str) -> datetime | None:
    """A time in UTC, None when it is none. TES writes its offset; REX writes Turkish time without one."""
    found = value.get(name)
    if not isinstance(found, str):
        return None
    for form in _FORMS:
        try:
            read = datetime.strptime(found.strip(), form)  # noqa: DTZ007  # the zone follows
            return (read if read.tzinfo else read.replace(tzinfo=_TURKISH_TIME)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def person(value: Json, name: str) -> Urn | None:
    """The address BiP knows somebody by: a phone number (`905...`) or an opaque id. None when absent."""
    found = text(value, name).strip()
    return Urn("bip", found) if found else None


def phone_of(urn: Urn | None) -> Urn | None:
    """The phone number in such an address, None for an opaque one. BiP accounts are bound to a SIM that
    received a code, so it is as good as verified."""
    return phone_urn(f"+{urn.path}") if urn and is_phone(urn) else None


def is_phone(urn: Urn) -> bool:
    """Whether the service is shown phone numbers of people: `receiver.type` 2, else 0."""
    return _PHONE.fullmatch(urn.path) is not None
