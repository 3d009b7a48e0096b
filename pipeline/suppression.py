"""Why a notice does not leave although nothing failed."""

from domain.errors import PermanentError


class SuppressedError(PermanentError):
    """The notice must not leave: the text says why."""
