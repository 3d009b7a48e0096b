"""Sending by SMTP against a real server that refuses, breaks off, hangs and is repaired."""

import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from domain.notices import Rendered
from notifier.addresses import own_address
from notifier.contracts import Outgoing
from notifier.mail import Letterhead
from notifier.smtp import SmtpAccount, SmtpTransport
from notifier.smtp_session import Security, SmtpServer
from tests.notifier.conftest import NOW
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.smtp import DROP, SILENT, TAKE_AND_DROP, TRICKLE, MailServer

Make = Callable[..., Outgoing]
Serve = Callable[..., MailServer]
Connect = Callable[..., SmtpTransport]
NAME, SENDER = own_address("MAIL_FROM", "Beyaz Masa <beyazmasa@buyuksehir.example>")
LETTERHEAD = Letterhead(sender=SENDER, sender_name=NAME, instance="beyazmasa")
PASSWORD = "şifre-Gizli-1"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts mail servers that end with the test."""
    servers: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        server = MailServer(**options)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


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


def test_a_notice_reaches_the_server_and_its_message_id_is_the_gateways_id(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    given = connect(server).send(outgoing(message_id="<n.1.abc@buyuksehir.example>"))
    (delivery,) = server.deliveries
    mail = message_from_bytes(delivery.content, policy=default)
    assert given == mail["Message-ID"] == "<n.1.abc@buyuksehir.example>"
    assert delivery.recipients == ("ayse@eposta.example",)
    assert mail["Subject"] == "Başvurunuz alındı"


@pytest.mark.parametrize(
    ("label", "automatic", "bounce", "sender"),
    [
        ("a receipt leaves with the null sender (E15)", True, "", "<>"),
        ("a unit's mail wants its bounces back (E17)", False, "", "beyazmasa@buyuksehir.example"),
        ("a bounce address is for receipts too", True, "iade@buyuksehir.example", "iade@buyuksehir.example"),
        ("and for units' mails", False, "iade@buyuksehir.example", "iade@buyuksehir.example"),
    ],
)
def test_the_envelope_sender_says_who_is_told_of_a_bounce(
    label: str, automatic: bool, bounce: str, sender: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve(dsn=True)
    connect(server, bounce=bounce).send(outgoing(our_id="n=1+2 ş", automatic=automatic))
    (delivery,) = server.deliveries
    assert delivery.sender == sender, label
    wanted = {"RET=HDRS", "ENVID=N+3D1+2B2+20+C5+9F", "NOTIFY=FAILURE"}
    assert wanted <= set(delivery.options) if sender != "<>" else not wanted & set(delivery.options)


def test_a_server_without_dsn_is_not_asked_for_it(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    connect(server).send(outgoing(automatic=False))
    assert not [o for o in server.deliveries[0].options if o.startswith(("ENVID", "NOTIFY", "RET"))]


def test_one_connection_serves_many_notices(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    for number in range(5):
        transport.send(outgoing(our_id=f"n-{number}"))
    assert (len(server.deliveries), server.connections) == (5, 1)


REFUSALS = [
    ("MAIL", "421 4.3.2 closing", ConnectionFailedError),
    ("MAIL", "451 4.3.0 local error", ConnectionFailedError),
    ("MAIL", "452 4.3.1 out of storage", ThrottledError),
    ("MAIL", "450 4.7.1 too many mails", ThrottledError),
    ("MAIL", "421 4.7.0 slow down", ThrottledError),
    ("MAIL", "530 5.7.0 authentication required", CredentialsRejectedError),
    ("MAIL", "538 5.7.11 encryption required", CredentialsRejectedError),
    ("MAIL", "550 5.7.1 sender not allowed", NotConfiguredError),
    ("MAIL", "553 5.1.8 unknown sender domain", NotConfiguredError),
    ("MAIL", "552 5.3.4 message too big", PermanentError),
    ("MAIL", "503 5.5.1 nested MAIL", ConnectionFailedError),
    ("RCPT", "421 4.3.2 closing", ConnectionFailedError),
    ("RCPT", "450 4.2.0 greylisted", ThrottledError),
    ("RCPT", "451 4.7.1 greylisted", ThrottledError),
    ("RCPT", "451 4.3.5 server misconfigured", ConnectionFailedError),
    ("RCPT", "452 4.2.2 mailbox full", ThrottledError),
    ("RCPT", "550 5.1.1 no such user", RecipientRejectedError),
    ("RCPT", "550 no such user", RecipientRejectedError),
    ("RCPT", "551 5.1.6 user moved", RecipientRejectedError),
    ("RCPT", "552 5.2.2 mailbox full", RecipientRejectedError),
    ("RCPT", "553 5.1.3 bad address", RecipientRejectedError),
    ("RCPT", "554 5.7.1 refused by the recipient", RecipientRejectedError),
    ("RCPT", "501 5.1.3 bad syntax", RecipientRejectedError),
    ("RCPT", "550 5.7.1 Relaying denied", NotConfiguredError),
    ("RCPT", "554 5.7.1 <a@b>: Relay access denied", NotConfiguredError),
    ("RCPT", "550 5.7.23 SPF validation failed", NotConfiguredError),
    ("RCPT", "530 5.7.0 authentication required", CredentialsRejectedError),
    ("RCPT", "500 5.5.2 what?", ConnectionFailedError),
    ("DATA", "451 4.3.0 try later", ConnectionFailedError),
    ("DATA", "452 4.3.1 out of storage", ThrottledError),
    ("DATA", "550 5.7.26 unauthenticated mail of this domain", NotConfiguredError),
    ("DATA", "554 5.6.0 content refused", RecipientRejectedError),
    ("DATA", "552 5.3.4 message too big", PermanentError),
]


@pytest.mark.parametrize(("command", "answer", "expected"), REFUSALS)
def test_a_refusal_becomes_the_error_that_decides_what_happens_next(
    command: str,
    answer: str,
    expected: type[DeskError],
    serve: Serve,
    connect: Connect,
    outgoing: Make,
) -> None:
    server = serve()
    server.answers[command] = answer
    transport = connect(server)
    with pytest.raises(expected) as refusal:
        transport.send(outgoing())
    assert type(refusal.value) is expected
    assert answer.split()[0] in str(refusal.value)
    assert not server.deliveries
    server.answers.clear()
    transport.send(outgoing())
    assert len(server.deliveries) == 1


def test_452_and_550_are_told_apart(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    server.answers["RCPT"] = "452 4.5.3 too many recipients"
    with pytest.raises(ThrottledError):
        transport.send(outgoing())
    server.answers["RCPT"] = "550 5.1.1 no such user"
    with pytest.raises(RecipientRejectedError):
        transport.send(outgoing())


def test_no_error_repeats_the_citizens_address(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    server.answers["RCPT"] = "550 5.1.1 <ayse@eposta.example>: no such user"
    with pytest.raises(RecipientRejectedError) as refusal:
        connect(server).send(outgoing())
    assert "ayse" not in str(refusal.value)
    assert "no such user" in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("command", ["GREETING", "NOOP", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_off_is_replaced(
    command: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing())
    server.answers[command] = DROP
    if command == "NOOP":
        transport.send(outgoing())
    else:
        if command == "GREETING":
            server.drop_connections()
        with pytest.raises(ConnectionFailedError):
            transport.send(outgoing())
    server.answers.clear()
    transport.send(outgoing())
    assert len(server.deliveries) == (3 if command == "NOOP" else 2)


def test_a_kept_connection_that_died_in_silence_costs_no_attempt(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing())
    server.drop_connections()
    transport.send(outgoing())
    assert (len(server.deliveries), server.connections) == (2, 2)


def test_a_retry_after_a_lost_answer_carries_the_same_message_id(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    server.answers["DATA"] = TAKE_AND_DROP
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())
    server.answers.clear()
    transport.send(outgoing())
    first, second = (message_from_bytes(d.content)["Message-ID"] for d in server.deliveries)
    assert first == second


def test_a_server_that_is_away_comes_back(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    server.stop()
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())
    server.start()
    transport.send(outgoing())
    assert len(server.deliveries) == 1


@pytest.mark.parametrize("command", ["GREETING", "NOOP", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("behaviour", [SILENT, TRICKLE])
def test_a_server_that_hangs_is_left_at_a_deadline(
    command: str, behaviour: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server, timeout=0.2, deadline=0.4)
    if command == "NOOP":
        transport.send(outgoing())
        server.answers[command] = behaviour
        transport.send(outgoing())
        assert server.connections == 2
        return
    server.answers[command] = behaviour
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())


@pytest.mark.parametrize("greeting", ["421 4.3.2 not now", "554 no service here"])
def test_a_server_that_does_not_greet_is_tried_again(
    greeting: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    server.answers["GREETING"] = greeting
    with pytest.raises(ConnectionFailedError):
        connect(server).send(outgoing())


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_mails_are_encrypted_to_a_server_we_trust(
    security: Security,
    host: str,
    serve: Serve,
    connect: Connect,
    outgoing: Make,
    context: ssl.SSLContext,
    certificates: Certificates,
) -> None:
    server = serve(**{security.value: context})
    transport = connect(server, security=security, host=host, ca_file=certificates.authority)
    transport.send(outgoing())
    transport.send(outgoing())
    assert [d.encrypted for d in server.deliveries] == [True, True]
    assert server.connections == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_untrusted_certificate_is_refused_before_anything_is_said(
    security: Security, serve: Serve, connect: Connect, outgoing: Make, context: ssl.SSLContext
) -> None:
    server = serve(**{security.value: context}, password=PASSWORD)
    transport = connect(server, security=security, username="masa", password=SecretStr(PASSWORD))
    with pytest.raises(NotConfiguredError, match="SMTP_CA_FILE"):
        transport.send(outgoing())
    assert not server.deliveries


def test_a_certificate_for_another_name_is_refused(
    serve: Serve,
    connect: Connect,
    outgoing: Make,
    context: ssl.SSLContext,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(tls=context)
    real = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda a, *r, **k: real(("127.0.0.1", a[1]), *r, **k))
    transport = connect(server, host="posta.example", security=Security.TLS, ca_file=certificates.authority)
    with pytest.raises(NotConfiguredError, match="host name"):
        transport.send(outgoing())


def test_a_server_without_starttls_is_given_nothing_in_clear(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    with pytest.raises(NotConfiguredError, match="STARTTLS"):
        connect(server, security=Security.STARTTLS).send(outgoing())
    assert not server.deliveries


def test_tls_to_a_plain_port_says_what_to_check(serve: Serve, connect: Connect, outgoing: Make) -> None:
    with pytest.raises(NotConfiguredError, match="SMTP_SECURITY"):
        connect(serve(), security=Security.TLS).send(outgoing())


def test_a_ca_file_that_is_missing_is_named(
    serve: Serve, connect: Connect, outgoing: Make, tmp_path: Path
) -> None:
    with pytest.raises(NotConfiguredError, match="SMTP_CA_FILE"):
        connect(serve(), security=Security.TLS, ca_file=tmp_path / "none.pem").send(outgoing())


@pytest.mark.parametrize("password", [PASSWORD, "plain-ascii-1"])
def test_a_password_lets_us_in_whatever_its_letters(
    password: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve(password=password)
    transport = connect(server, username="masa", password=SecretStr(password))
    transport.check()
    transport.send(outgoing())
    assert [d.user for d in server.deliveries] == ["masa"]


@pytest.mark.parametrize(
    ("label", "refuse", "password", "expected"),
    [
        ("a wrong password", None, "wrong-1", CredentialsRejectedError),
        ("a wrong password with Turkish letters", None, "yanlış-1", CredentialsRejectedError),
        ("a mechanism that is not wanted", "534 5.7.9 too weak", PASSWORD, CredentialsRejectedError),
        ("a server that cannot check now", "454 4.7.0 later", "gizli-2", ThrottledError),
        ("a server that is out of order", "421 4.3.0 closing", "gizli-2", ConnectionFailedError),
    ],
)
def test_a_refused_login_names_what_is_wrong_and_never_the_password(
    label: str,
    refuse: str | None,
    password: str,
    expected: type[DeskError],
    serve: Serve,
    connect: Connect,
) -> None:
    server = serve(password=PASSWORD, refuse_login=refuse)
    with pytest.raises(expected) as refusal:
        connect(server, username="masa", password=SecretStr(password)).check()
    assert type(refusal.value) is expected, label
    assert password not in str(refusal.value)


def test_a_server_without_passwords_is_a_wrong_port(serve: Serve, connect: Connect) -> None:
    with pytest.raises(NotConfiguredError, match="SMTP_PORT"):
        connect(serve(), username="masa", password=SecretStr("x")).check()


def test_letters_beyond_ascii_use_smtputf8_only_when_needed(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing("çiğdem@kadıköy.example"))
    transport.send(outgoing("cigdem@kadıköy.example"))
    first, second = server.deliveries
    assert "SMTPUTF8" in first.options
    assert "SMTPUTF8" not in second.options
    assert first.recipients[0].startswith("çiğdem@xn--")
    assert second.content.isascii()


def test_a_server_without_smtputf8_cannot_reach_such_an_address(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve(utf8=False)
    transport = connect(server)
    with pytest.raises(RecipientRejectedError):
        transport.send(outgoing("çiğdem@x.example"))
    transport.send(outgoing())
    assert (len(server.deliveries), server.connections) == (1, 1)


def test_a_line_that_is_a_dot_arrives(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    connect(server).send(outgoing(rendered=Rendered(text="önce\n.\n..sonra\n", subject="x")))
    body = message_from_bytes(server.deliveries[0].content, policy=default).get_content()
    assert body.splitlines() == ["önce", ".", "..sonra"]


def test_closing_twice_and_closing_a_dead_connection_never_raises(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.close()
    transport.send(outgoing())
    server.drop_connections()
    transport.close()
    transport.close()
