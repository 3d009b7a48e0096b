"""Where nothing is sent: a development machine keeps its notices for the outbox page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.gsm import plan
from domain.urn import Urn
from domain.vocabulary import Medium
from notifier.contracts import Outgoing


@dataclass(frozen=True, kw_only=True)
class OutboxItem:
    """A notice as it would have left. It holds the security number: never keep one in production."""

    our_id: str
    medium: Medium
    recipient: Urn
    text: str
    subject: str | None = None
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class ConsoleTransport:
    """Hands each notice to the sink instead of sending it; what the sink raises, sending raises."""

    def __init__(self, sink: Callable[[OutboxItem], None], medium: Medium) -> None:
        self.name = f"console-{medium}"
        self._sink = sink
        self._medium = medium

    def send(self, outgoing: Outgoing) -> str:
        """An id as a gateway gives one: the Message-ID where there is one, else ours."""
        self._sink(
            OutboxItem(
                our_id=outgoing.our_id,
                medium=self._medium,
                recipient=outgoing.recipient,
                text=outgoing.rendered.text,
                subject=outgoing.rendered.subject,
                html=outgoing.rendered.html,
                headers=_headers(outgoing, self._medium),
            )
        )
        return outgoing.message_id or f"console-{outgoing.our_id}"

    def close(self) -> None:
        """Nothing is kept open here."""


def _headers(outgoing: Outgoing, medium: Medium) -> dict[str, str]:
    if medium is Medium.SMS:
        planned = plan(outgoing.rendered.text, turkish=True)
        return {
            "Encoding": planned.encoding.value,
            "Units": str(planned.units),
            "Segments": str(planned.segments),
        }
    values = {
        "Message-ID": outgoing.message_id,
        "In-Reply-To": outgoing.in_reply_to,
        "References": " ".join(outgoing.references),
        "Reply-To": outgoing.reply_to,
        "Attachments": ", ".join(a.name for a in outgoing.attachments),
        **outgoing.headers,
    }
    return {name: value for name, value in values.items() if value}
