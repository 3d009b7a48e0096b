"""Why a notice does not leave although nothing failed."""

from domain.errors import PermanentError


class SuppressedError(PermanentError):
    """The notice must not leave: the text says why."""


class ClosedAddressError(SuppressedError):
    """The notice must not leave to this address; another one may be open to it."""


DECLINED = "declined by its recipient"
CLOSED = "the address is closed to notices"
OVER = "it is closed by now"
LOOP = "too many automatic notices to this address"
