"""What Verimor's refusals mean for us: the code words of its user guide, "Hata Kodları"."""

import re
from datetime import timedelta

from domain.errors import (
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    TransientError,
)

_WORD = re.compile(r"[A-Z_]{3,40}")
_TOP_UP = timedelta(minutes=30)
_SENTENCES: dict[str, tuple[type[DeskError], str]] = {
    "INVALID_SOURCE_ADDRESS": (NotConfiguredError, "the header is not registered for this account"),
    "INTERNATIONAL_DENIED": (NotConfiguredError, "sending abroad is switched off in the account"),
    "INVALID_DESTINATION_ADDRESS": (RecipientRejectedError, "this is no phone number"),
    "MISSING_DESTINATION_ADDRESS": (RecipientRejectedError, "the recipient is missing"),
    "MISSING_TARIFF": (RecipientRejectedError, "this operator cannot be reached"),
    "ROUTE_NOT_AVAILABLE": (RecipientRejectedError, "this operator cannot be reached"),
    "NETWORK_NOTCOVERED": (RecipientRejectedError, "this operator cannot be reached"),
    "FORBIDDEN_MESSAGE": (PermanentError, "the text holds a forbidden word"),
    "MESSAGE_TOO_LONG": (PermanentError, "the text is longer than seven segments"),
    "MISSING_MESSAGE": (PermanentError, "the text is empty"),
}


def refusal(body: bytes) -> DeskError | None:
    """The error a 400 answer's code word means, or None when the body holds no code word.

    Missing credit is worth another try: once the account is topped up the same notice leaves.
    """
    word = body.decode("utf-8", "replace").strip()
    if not _WORD.fullmatch(word):
        return None
    if word == "INSUFFICIENT_CREDITS":
        return TransientError(f"Verimor refused ({word}): top up the account", retry_after=_TOP_UP)
    if word == "BLACKLISTED_DESTINATION_ADDRESS":
        return RecipientRejectedError(f"Verimor refused ({word}): this person opted out", stopped=True)
    kind, sentence = _SENTENCES.get(word, (PermanentError, "the user guide's error codes say why"))
    return kind(f"Verimor refused ({word}): {sentence}")
