"""One connection to the outgoing mail server, from the greeting to the accepted password."""

import base64
import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Timer

from pydantic import SecretStr

from domain.errors import NotConfiguredError


class Security(StrEnum):
    """How the connection is protected; `none` is for a server on the same machine or network."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where mails are handed in. `timeout` is of one answer, `deadline` of a whole mail, both in seconds.

    `hello` is the name we greet with; it is never looked up, because a resolver knows no deadline.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    ca_file: Path | None = None
    hello: str = "localhost"
    timeout: float = 30.0
    deadline: float = 120.0

    @property
    def where(self) -> str:
        """The server as error sentences name it."""
        return f"{self.host}:{self.port}"


class _Session(smtplib.SMTP):
    # smtplib connects in its constructor, where nobody could cut a server short that trickles its greeting.
    def __init__(self, server: SmtpServer) -> None:
        super().__init__(local_hostname=server.hello, timeout=server.timeout)
        self._host = server.host


class _TlsSession(smtplib.SMTP_SSL):
    def __init__(self, server: SmtpServer, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=server.hello, timeout=server.timeout, context=context)
        self._host = server.host


def open_session(server: SmtpServer) -> smtplib.SMTP:
    """A session that is ready for mails. Raises what smtplib and the network raise, or NotConfiguredError."""
    secured = server.security is Security.TLS
    session = _TlsSession(server, _context(server.ca_file)) if secured else _Session(server)
    try:
        with within(session, server.deadline):
            _begin(session, server)
    except BaseException:
        session.close()
        raise
    return session


@contextlib.contextmanager
def within(session: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection when the block takes longer: a timeout alone never stops a server that trickles."""
    timer = Timer(seconds, _cut, [session])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _begin(session: smtplib.SMTP, server: SmtpServer) -> None:
    code, said = session.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, said)
    session.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        _start_tls(session, server)
    if server.username:
        _log_in(session, server)


def _start_tls(session: smtplib.SMTP, server: SmtpServer) -> None:
    if not session.has_extn("starttls"):
        raise NotConfiguredError(
            f"{server.where}: the server offers no STARTTLS; "
            "nothing is sent in clear unless SMTP_SECURITY=none"
        )
    code, said = session.starttls(context=_context(server.ca_file))
    if code != 220:
        raise smtplib.SMTPConnectError(code, said.decode("utf-8", "replace"))
    session.ehlo_or_helo_if_needed()


def _log_in(session: smtplib.SMTP, server: SmtpServer) -> None:
    if not session.has_extn("auth"):
        raise NotConfiguredError(
            f"{server.where}: the server takes no password here; check SMTP_PORT and SMTP_SECURITY"
        )
    password = server.password.get_secret_value()
    if f"{server.username}{password}".isascii():
        session.login(server.username, password)
    else:
        _log_in_with_turkish_letters(session, server.username, password)


def _log_in_with_turkish_letters(session: smtplib.SMTP, username: str, password: str) -> None:
    # smtplib writes credentials in ASCII only; RFC 4616 says UTF-8.
    secret = base64.b64encode(f"\0{username}\0{password}".encode()).decode("ascii")
    code, said = session.docmd("AUTH", f"PLAIN {secret}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


@cache
def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise NotConfiguredError(f"SMTP_CA_FILE cannot be used: {error}") from error


def _cut(session: smtplib.SMTP) -> None:
    connected = session.sock
    if connected is not None:
        with contextlib.suppress(OSError):
            # Not the TLS socket's own shutdown: that would send what follows in clear.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
