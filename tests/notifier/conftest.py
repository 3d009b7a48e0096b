"""What the notifier's tests share: a notice to send, mail servers and transports to them."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.notices import Rendered
from domain.urn import Urn
from notifier.addresses import own_address
from notifier.contracts import Outgoing
from notifier.mail import Letterhead
from notifier.smtp import SmtpAccount, SmtpTransport
from notifier.smtp_session import Security, SmtpServer
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.smtp import MailServer

Serve = Callable[..., MailServer]
Connect = Callable[..., SmtpTransport]
NAME, SENDER = own_address("MAIL_FROM", "Büyükşehir Beyaz Masa <beyazmasa@buyuksehir.example>")
LETTERHEAD = Letterhead(sender=SENDER, sender_name=NAME, instance="beyazmasa")
NOW = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    """Makes a mail to a citizen; any field can be given."""

    def make(to: str = "ayse@eposta.example", **fields: Any) -> Outgoing:
        rendered = Rendered(
            text="Başvurunuz alındı.\n", subject="Başvurunuz alındı", html="<p>Başvurunuz</p>\n"
        )
        usual: dict[str, Any] = {"our_id": "n-1", "recipient": Urn("mailto", to), "rendered": rendered}
        return Outgoing(**(usual | fields))

    return make


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts mail servers that end with the test."""
    with ExitStack() as servers:
        yield lambda **options: servers.enter_context(MailServer(**options))


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes transports to a server that are closed with the test."""
    transports: list[SmtpTransport] = []

    def make(server: MailServer, *, bounce: str = "", **options: Any) -> SmtpTransport:
        given: dict[str, Any] = {
            "host": "localhost",
            "port": server.port,
            "security": Security.NONE,
        } | options
        account = SmtpAccount(server=SmtpServer(**given), letterhead=LETTERHEAD, bounce_address=bounce)
        transports.append(SmtpTransport(account, lambda: NOW))
        return transports[-1]

    yield make
    for transport in transports:
        transport.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A server certificate for loopback and the authority that signed it."""
    return make_certificates(tmp_path_factory.mktemp("smtp"))


@pytest.fixture(scope="session")
def context(certificates: Certificates) -> ssl.SSLContext:
    """The server's side of TLS."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificates.certificate, certificates.key)
    return made
