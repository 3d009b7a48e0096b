"""Why the day is not played, or why one of its messages was not taken."""

from domain.errors import PermanentError


class DemoRefusedError(PermanentError):
    """Nothing was played. `reason` names a sentence of the catalogue that `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(f"{reason} {values}")
        self.reason = reason
        self.values = values


class NotTakenError(PermanentError):
    """The desk turned one message away: its text says how."""
