"""What a citizen filled in, and what is wrong with it: each error by field, in the order of the page."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from connectors.media_types import ALLOWED
from domain.text import storable
from domain.urn import can_receive_sms, mail_urn, phone_urn
from web.templating import say
from web.uploads import MOST_FILE_MB, MOST_FILES, MOST_TOTAL_MB

MOST_TEXT, MOST_NAME, MOST_ADDRESS = 10_000, 120, 500
Errors = dict[str, list[str]]
LIMITS_SHOWN: Mapping[str, Any] = {
    "accepted": ",".join(sorted(ALLOWED)),
    "most": {
        "text": MOST_TEXT,
        "name": MOST_NAME,
        "address": MOST_ADDRESS,
        "files": MOST_FILES,
        "file_mb": MOST_FILE_MB,
        "total_mb": MOST_TOTAL_MB,
    },
}
"""What a form with files tells of its limits, as its template names them."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TOPIC = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The form as it was typed, trimmed. `website` is the honeypot: no person sees it."""

    key: str
    text: str = ""
    district: str = ""
    address: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    hide_identity: str = ""
    topic: str = ""
    website: str = ""


def read_fields(given: Mapping[str, object]) -> Fields:
    """The fields of a posted form or a query; what is missing or no text is empty, a bad key is replaced."""
    values = {field.name: read_text(given.get(field.name)) for field in fields(Fields)}
    values["key"] = read_key(values["key"])
    if not _TOPIC.fullmatch(values["topic"]):
        values["topic"] = ""
    return Fields(**values)


def read_key(text: str) -> str:
    """The key that a form brought along, or a new one for what cannot be one."""
    return text if _KEY.fullmatch(text) else new_key()


def new_key() -> str:
    """A key for one view of the form (V1)."""
    return secrets.token_urlsafe(18)


def check_fields(given: Fields, districts: Collection[str]) -> Errors:
    """What is wrong, by field, as sentences; empty when nothing is (V2)."""
    found = {
        "text": _text_error(given.text),
        "district": _error("district_wrong", given.district and given.district not in districts),
        "address": _error("address_long", len(given.address) > MOST_ADDRESS, limit=MOST_ADDRESS),
        "name": _error("name_long", len(given.name) > MOST_NAME, limit=MOST_NAME),
        "phone": _phone_error(given.phone, given.email),
        "email": _error("email_wrong", given.email and not _is_mail(given.email)),
    }
    return {field: [error] for field, error in found.items() if error}


def _text_error(text: str) -> str:
    missing = _error("text_missing", not text)
    return missing or _error("text_long", len(text) > MOST_TEXT, limit=MOST_TEXT, length=len(text))


def _phone_error(phone: str, email: str) -> str:
    if not phone:
        return _error("contact_missing", not email)
    urn = phone_urn(phone)
    if urn is None or not urn.path.startswith("+"):
        return _error("phone_wrong", True)
    # A landline serves as a contact, but the numbers cannot be sent there.
    return _error("phone_no_sms", not can_receive_sms(urn) and not email)


def _is_mail(text: str) -> bool:
    return len(text) <= 254 and mail_urn(text) is not None


def _error(name: str, wrong: object, **values: object) -> str:
    return say("form_errors", name, **values) if wrong else ""


def read_text(value: object) -> str:
    """A field's words, trimmed, with plain line ends; empty for what is no text."""
    text = value if isinstance(value, str) else ""
    return storable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
