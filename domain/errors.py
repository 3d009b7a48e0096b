"""Every error of the desk.

    DeskError
    ├── PermanentError        trying again changes nothing; somebody must act
    │   ├── NotConfiguredError
    │   │   └── TextAtFaultError
    │   ├── CredentialsRejectedError
    │   ├── RecipientRejectedError
    │   ├── WindowClosedError
    │   ├── SignatureRejectedError
    │   └── UnreadableMessageError
    └── TransientError        trying again later may help; `retry_after` says when, if the other side did
        ├── ConnectionFailedError
        └── ThrottledError

The class decides whether a step is tried again, never the text.
"""

from datetime import timedelta


class DeskError(Exception):
    """Any failure the desk knows; its text is a sentence for the person who can act on it."""


class PermanentError(DeskError):
    """Trying again changes nothing until somebody acts."""


class NotConfiguredError(PermanentError):
    """Something must be configured first; the text says what."""


class TextAtFaultError(NotConfiguredError):
    """A notice's text cannot be used: `file` is its path below the folder of texts, `why` holds no value."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"the text {file} cannot be used: {why}")
        self.file = file
        self.why = why


class CredentialsRejectedError(PermanentError):
    """The other side refused who we say we are."""


class RecipientRejectedError(PermanentError):
    """The other side will never deliver to this address. `stopped` when the person opted out there."""

    def __init__(self, message: str, *, stopped: bool = False) -> None:
        super().__init__(message)
        self.stopped = stopped


class WindowClosedError(PermanentError):
    """The person has not written for too long: free words may no longer go to them by this channel, an
    approved template may. Says nothing against the address."""


class SignatureRejectedError(PermanentError):
    """A webhook call that does not prove where it comes from."""


class UnreadableMessageError(PermanentError):
    """An original that cannot be understood; it is kept and quarantined."""


class TransientError(DeskError):
    """Trying again later may help. `retry_after` is the wait the other side asked for, if it did."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConnectionFailedError(TransientError):
    """The other side could not be reached, broke off, or answered that it is out of order."""


class ThrottledError(TransientError):
    """The other side asked us to slow down."""
