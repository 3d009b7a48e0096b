"""Why something that an operator asked for cannot go on."""

from domain.errors import PermanentError


class RefusedError(PermanentError):
    """Nothing was changed. `reason` names a sentence of whoever asked for it, which `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(f"{reason} {values}")
        self.reason = reason
        self.values = values


class StartRefusedError(RefusedError):
    """`make run`: nothing was started, or all was stopped again."""
