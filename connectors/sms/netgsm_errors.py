"""What NetGSM's codes mean for us. They come in the body of an answer 406, and some in one of 200; what a
code means depends on the call (the error tables of the SDKs netgsm-sms-js and netgsm-sms-python)."""

import json
from datetime import timedelta
from enum import StrEnum

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)


class Call(StrEnum):
    """The calls the desk makes."""

    SEND = "send"
    INBOX = "inbox"
    REPORT = "report"
    HEADERS = "msgheader"


_MINUTE = timedelta(minutes=1)
_GOOD = frozenset({"00", "01", "02"})
_NOTHING = {Call.INBOX: "40", Call.REPORT: "60"}
"""There is nothing to list: no error."""
_COMMON: dict[str, tuple[type[DeskError], str]] = {
    "30": (
        CredentialsRejectedError,
        "user name, password, API right or this server's address is not accepted",
    ),
    "70": (PermanentError, "a parameter is wrong or missing"),
    "100": (ConnectionFailedError, "it is out of order"),
    "101": (ConnectionFailedError, "it is out of order"),
    "110": (ConnectionFailedError, "it is out of order"),
}
_OF_SENDING: dict[str, tuple[type[DeskError], str]] = {
    "20": (PermanentError, "the text is too long or holds what cannot be sent"),
    "40": (NotConfiguredError, "the sender header is not registered for this account"),
    "50": (NotConfiguredError, "the account may not send what IYS controls"),
    "51": (NotConfiguredError, "the account has no IYS brand"),
}
_LIMITS = {"80": "the limit of calls is exceeded", "85": "more than 20 texts a minute to one number"}


def code_of(body: bytes) -> str | None:
    """The code in an answer's body, two digits or more; None when there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = value.get("code") if isinstance(value, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        code = f"{code:02d}"
    return code if isinstance(code, str) and code.isdecimal() else None


def is_empty(call: Call, code: str | None) -> bool:
    """Whether the code says that there is nothing to list."""
    return code is not None and _NOTHING.get(call) == code


def refusal(call: Call, code: str) -> DeskError | None:
    """The error a code means, None for success."""
    if code in _GOOD:
        return None
    said = f"NetGSM refused ({call} {code})"
    if code in _LIMITS:
        # a minute is what the documents count in; for sending as a whole they name no span
        wait = None if (call, code) == (Call.SEND, "80") else _MINUTE
        return ThrottledError(f"{said}: {_LIMITS[code]}", retry_after=wait)
    meanings = _COMMON | (_OF_SENDING if call is Call.SEND else {})
    kind, sentence = meanings.get(code, (PermanentError, "its documents say why"))
    return kind(f"{said}: {sentence}")
