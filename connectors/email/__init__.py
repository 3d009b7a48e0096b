"""E-mail: mailboxes read over IMAP, and mail handed over by the mail server's pipe or LMTP."""

from collections.abc import Sequence

from connectors.base import ConnectorSpec
from connectors.email.connector import EmailConnector
from connectors.email.parse import parse_mail
from connectors.email.settings import EmailSettings
from domain.messages import InboundMessage
from domain.vocabulary import Channel


class MailParser:
    """Understands stored originals, without an account; those of its own desk come back as a loop (E15)."""

    def __init__(self, instance: str = "beyazmasa") -> None:
        self._instance = instance

    def for_instance(self, instance: str) -> "MailParser":
        """The parser of the desk with this name."""
        return MailParser(instance)

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message in a mail's bytes. Raises UnreadableMessageError."""
        return [parse_mail(raw, instance=self._instance)]


EMAIL = ConnectorSpec(
    channel=Channel.EMAIL,
    settings=EmailSettings,
    build=EmailConnector,
    parser=MailParser,
    polls=lambda settings: bool(settings.host),
    # Every single wait has the account's own deadline, so a silent server is left within two minutes; this
    # one only has to let the largest mail through the slowest line: 30 MB at 1 Mbit/s take four minutes.
    deadline_seconds=600.0,
)
