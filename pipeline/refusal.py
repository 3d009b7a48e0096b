"""Why `make run` cannot go on."""

from domain.errors import PermanentError


class StartRefusedError(PermanentError):
    """Nothing was started, or all was stopped again. `reason` names a sentence that `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(f"{reason} {values}")
        self.reason = reason
        self.values = values
