"""What an SMPP server's refusals mean for us: the command_status values of SMPP 3.4, 5.1.3."""

from datetime import timedelta

from smpplib.consts import DESCRIPTIONS

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    TransientError,
)

RESEND_LATER = 0x64
"""ESME_RX_T_APPN: what we answer to what we cannot take now."""
QUEUE_FULL = 0x14
_PATIENCE = {0x58: timedelta(seconds=10), QUEUE_FULL: timedelta(minutes=1)}
"""The server names no time with "too fast" and "queue full"."""
_MEANT: dict[int, tuple[type[DeskError], str]] = {
    0x04: (NotConfiguredError, "this bind may not do that: ask for the other kind of bind"),
    0x05: (ConnectionFailedError, "the last bind still counts as open"),
    0x08: (ConnectionFailedError, "the server is out of order"),
    0x0A: (NotConfiguredError, "the sender is not registered for this account"),
    0x0B: (RecipientRejectedError, "this is no phone number it delivers to"),
    0x0D: (CredentialsRejectedError, "check user name, password, system type and our IP address there"),
    0x0E: (CredentialsRejectedError, "the password is wrong"),
    0x0F: (CredentialsRejectedError, "the user name is wrong"),
    0x45: (TransientError, "it could not take the message"),
    0x48: (NotConfiguredError, "it wants another type of number for the sender"),
    0x49: (NotConfiguredError, "it wants another numbering plan for the sender"),
    0x53: (NotConfiguredError, "the system type is wrong"),
    RESEND_LATER: (TransientError, "it asks to try later"),
}


def refusal(status: int, doing: str) -> DeskError:
    """The error that an answer's status means; `doing` says what was refused."""
    words = str(DESCRIPTIONS.get(status, "unknown status"))
    text = f"The operator refused {doing} (0x{status:02x}, {words})"
    if status in _PATIENCE:
        return ThrottledError(text, retry_after=_PATIENCE[status])
    kind, meaning = _MEANT.get(status, (PermanentError, "its documentation says why"))
    return kind(f"{text}: {meaning}")
