"""What TES's result codes mean for us (Discover API, "Error Handling")."""

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)

SUCCESS, DUPLICATE = 0, 310
_MEANINGS: dict[int, tuple[type[DeskError], str]] = {
    1: (ConnectionFailedError, "it reports a general error"),
    300: (NotConfiguredError, "the service is not active: have Turkcell activate it"),
    301: (RecipientRejectedError, "this person does not use BiP"),
    302: (PermanentError, "the service may not write to this person"),
    306: (
        CredentialsRejectedError,
        "the service may not write to plain phone numbers: have Turkcell allow it",
    ),
    307: (CredentialsRejectedError, "the service may not be used"),
    308: (ThrottledError, "the sending limit is exceeded"),
    309: (ConnectionFailedError, "sending failed"),
    311: (CredentialsRejectedError, "the service may not use this call"),
    312: (ThrottledError, "the sending quota is reached"),
}


def refusal(code: int) -> DeskError | None:
    """The error a result code means, None for success and for what BiP has taken before (310)."""
    if code in (SUCCESS, DUPLICATE):
        return None
    kind, sentence = _MEANINGS.get(code, (PermanentError, "the published error codes say why"))
    return kind(f"BiP refused ({code}): {sentence}")
