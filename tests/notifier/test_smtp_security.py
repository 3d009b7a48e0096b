"""TLS and passwords against a real mail server: nothing in clear, nothing to a stranger."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    ThrottledError,
)
from notifier.contracts import Outgoing
from notifier.smtp import SmtpTransport
from notifier.smtp_session import Security
from tests.servers.certificates import Certificates
from tests.servers.smtp import MailServer

Make = Callable[..., Outgoing]
Serve = Callable[..., MailServer]
Connect = Callable[..., SmtpTransport]


PASSWORD = "şifre-Gizli-1"


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
