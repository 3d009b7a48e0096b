"""What the tests of the mailbox have in common: mails, connectors on them, and reading all there is."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from connectors.base import ConnectorContext
from connectors.email.connector import EmailConnector
from connectors.email.settings import EmailSettings
from domain.messages import Accepted, InboundMessage, Unreadable
from tests.fakes import Clock
from tests.servers.dovecot import PASSWORD, Dovecot


@dataclass(kw_only=True)
class Desk:
    """One mailbox of one user on a server."""

    server: Dovecot
    user: str
    stack: ExitStack
    clock: Clock = field(default_factory=lambda: Clock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC)))

    def settings(self, **changes: Any) -> EmailSettings:
        """Settings that log in, without TLS unless changed."""
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "security": "none",
            "username": self.user,
            "password": PASSWORD,
        }
        return EmailSettings(**(usual | changes))

    def connector(self, parse: Any = None, **changes: Any) -> EmailConnector:
        """A connector on this mailbox, closed when the test ends."""
        context = ConnectorContext(
            account_id=1, name="posta", settings=self.settings(**changes), now=self.clock
        )
        made = EmailConnector(context, parse)
        self.stack.callback(made.close)
        return made

    def deliver(self, numbers: Iterable[int], folder: str = "INBOX") -> None:
        """Deliver one mail for each number."""
        self.server.deliver(self.user, [mail(number) for number in numbers], folder)


def mail(number: int, *, size: int = 0) -> bytes:
    """A citizen's mail that carries its number in the subject, padded to about the given size."""
    message = EmailMessage()
    message["From"] = "Ayşe Yılmaz <ayse@posta.example>"
    message["To"] = "beyazmasa@buyuksehir.example"
    message["Subject"] = f"Başvuru {number}"
    message["Message-ID"] = f"<{number}@posta.example>"
    message["Date"] = "Sun, 01 Mar 2026 12:00:00 +0300"
    message.set_content(f"Sokağımızdaki çöpler {number} gündür alınmıyor.\n" + "çöp " * (size // 8))
    return message.as_bytes()


def numbers(items: Sequence[Accepted]) -> list[int]:
    """The numbers of the messages among the items, in order."""
    return [int((item.subject or "").split()[-1]) for item in items if isinstance(item, InboundMessage)]


def unreadable(items: Sequence[Accepted]) -> list[Unreadable]:
    """The items that are no message."""
    return [item for item in items if isinstance(item, Unreadable)]
