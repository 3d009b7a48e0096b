"""Short messages out of the house, by whatever channel's gateway the pipeline hands over."""

from typing import Protocol

from domain.errors import NotConfiguredError
from domain.gsm import plan
from notifier.contracts import Outgoing

MOST_SEGMENTS = 6
"""A notice of more is a text gone wrong, and each segment is paid for."""


class TextGateway(Protocol):
    """A channel that sends texts; the pipeline wraps a connector in it, which the notifier must not know."""

    def send(self, outgoing: Outgoing) -> str:
        """The gateway's id of the accepted text. Raises a DeskError; blocks under a deadline only."""
        ...


class GatewayTransport:
    """Sends by one account's gateway. `turkish` says whether it knows the Turkish shift table."""

    def __init__(
        self, name: str, gateway: TextGateway, *, turkish: bool = True, most_segments: int = MOST_SEGMENTS
    ) -> None:
        self.name = name
        self._gateway = gateway
        self._turkish = turkish
        self._most = most_segments

    def send(self, outgoing: Outgoing) -> str:
        """The gateway's id of the accepted text.

        Raises NotConfiguredError, before anything is sent, for a text that is empty or too many segments;
        otherwise what the gateway raises.
        """
        planned = plan(outgoing.rendered.text, turkish=self._turkish)
        if not outgoing.rendered.text.strip() or planned.segments > self._most:
            raise NotConfiguredError(
                f"{self.name}: a notice of {planned.units} units in {planned.segments} segments is not sent; "
                f"between 1 and {self._most} are; shorten its template"
            )
        return self._gateway.send(outgoing)

    def close(self) -> None:
        """Nothing is kept open here."""


class ChatTransport:
    """Answers in the private conversation a citizen wrote in, by the gateway of the account it came by."""

    def __init__(self, name: str, gateway: TextGateway) -> None:
        self.name = name
        self._gateway = gateway

    def send(self, outgoing: Outgoing) -> str:
        """The service's id of the accepted message. Raises what the gateway raises."""
        return self._gateway.send(outgoing)

    def close(self) -> None:
        """Nothing is kept open here."""
