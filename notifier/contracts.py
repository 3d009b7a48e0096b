"""What the pipeline asks of a transport."""

from dataclasses import dataclass, field
from typing import Protocol

from domain.messages import Attachment
from domain.notices import Rendered
from domain.urn import Urn


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One rendered notice on its way. `our_id` is stable over retries; `message_id`, `in_reply_to` and
    `references` are for mail only and carry no angle brackets' worth of guessing: they are complete ids."""

    our_id: str
    recipient: Urn
    rendered: Rendered
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = True
    headers: dict[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Brings one notice out of the house."""

    name: str

    def send(self, outgoing: Outgoing) -> str:
        """The gateway's id of the accepted notice. Raises a DeskError; blocks under a deadline only."""
        ...

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        ...
