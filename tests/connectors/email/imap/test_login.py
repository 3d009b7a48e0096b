"""Getting in: TLS, passwords, and telling a server that is out of order from a wrong secret (E6, test 9)."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    ThrottledError,
)
from tests.connectors.email.imap.desk import Desk, numbers
from tests.connectors.polling import sweep
from tests.servers.dovecot import ACCESS_TOKEN, PASSWORD
from tests.servers.silent_imap import SilentImap


def test_a_password_with_turkish_letters_is_good(desk: Desk) -> None:
    """LOGIN would not carry it: AUTHENTICATE PLAIN does (RFC 4616)."""
    assert not PASSWORD.isascii()
    desk.deliver([1])
    assert numbers(sweep(desk.connector())[0]) == [1]


def test_a_server_that_offers_login_only_is_logged_into(desk: Desk, relay: SilentImap) -> None:
    """An ASCII password goes by LOGIN where PLAIN is not offered."""
    relay.rewrites = {b" AUTH=PLAIN": b""}
    desk.deliver([1])
    assert numbers(sweep(desk.connector(port=relay.port, password=ACCESS_TOKEN))[0]) == [1]
    with pytest.raises(NotConfiguredError, match="ASCII"):
        desk.connector(port=relay.port).poll("")


def test_a_wrong_password_is_told_at_once_and_does_not_appear(desk: Desk) -> None:
    """G10, test 9."""
    connector = desk.connector(password="yanlış-parola-42")
    with pytest.raises(CredentialsRejectedError) as caught:
        connector.poll("")
    assert "yanlış-parola-42" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


REFUSALS: list[tuple[str, bytes, type[DeskError]]] = [
    (
        "RFC 5530 authentication failed",
        b"[AUTHENTICATIONFAILED] Invalid credentials",
        CredentialsRejectedError,
    ),
    ("RFC 5530 expired", b"[EXPIRED] Change your password", CredentialsRejectedError),
    ("RFC 5530 not authorised", b"[AUTHORIZATIONFAILED] No such mailbox", CredentialsRejectedError),
    ("no code at all", b"LOGIN failed.", CredentialsRejectedError),
    ("RFC 5530 unavailable", b"[UNAVAILABLE] Temporary authentication failure.", ConnectionFailedError),
    ("RFC 5530 in use", b"[INUSE] Mailbox is locked", ConnectionFailedError),
    ("RFC 5530 server bug", b"[SERVERBUG] Internal error occurred.", ConnectionFailedError),
    ("Exchange Online's bad moment", b"User is authenticated but not connected.", ConnectionFailedError),
    ("RFC 5530 limit", b"[LIMIT] Rate limit hit", ThrottledError),
    ("too many connections", b"[ALERT] Too many simultaneous connections. (Failure)", ThrottledError),
    ("bandwidth", b"[ALERT] Account exceeded command or bandwidth limits.", ThrottledError),
    ("RFC 5530 privacy required", b"[PRIVACYREQUIRED] Use TLS", NotConfiguredError),
    ("mechanism", b"Unsupported authentication mechanism.", NotConfiguredError),
]


@pytest.mark.parametrize(("label", "refusal", "expected"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_each_refusal_is_the_right_error(
    desk: Desk, relay: SilentImap, label: str, refusal: bytes, expected: type[DeskError]
) -> None:
    """A server that is out of order must not be taken for a wrong password, nor the other way round."""
    relay.refuse_logins, relay.refusal = 1, refusal
    with pytest.raises(DeskError) as caught:
        desk.connector(port=relay.port).poll("")
    assert type(caught.value) is expected, label


def test_a_login_refused_three_times_and_then_granted_needs_nobody(desk: Desk, relay: SilentImap) -> None:
    """Test 9, at the connector: one login a poll, no hammering, and recovery by itself."""
    desk.deliver([1])
    relay.refuse_logins = 3
    connector = desk.connector(port=relay.port)
    for _ in range(3):
        with pytest.raises(ConnectionFailedError):
            connector.poll("")
    assert relay.logins == 3
    assert numbers(connector.poll("").items) == [1]


SECURE: list[tuple[str, Callable[[Desk], dict[str, Any]]]] = [
    ("TLS", lambda desk: {"security": "tls", "port": desk.server.tls_port}),
    ("TLS by name", lambda desk: {"security": "tls", "port": desk.server.tls_port, "host": "localhost"}),
    ("STARTTLS", lambda desk: {"security": "starttls", "port": desk.server.port}),
]


@pytest.mark.parametrize(("label", "changes"), SECURE, ids=[row[0] for row in SECURE])
def test_an_encrypted_connection_trusts_the_named_authority_and_no_other(
    desk: Desk, label: str, changes: Callable[[Desk], dict[str, Any]]
) -> None:
    """A private authority is named in `ca_file`; without it the certificate is refused, in plain words."""
    desk.deliver([1])
    authority = desk.server.certificates.authority
    assert numbers(sweep(desk.connector(ca_file=authority, **changes(desk)))[0]) == [1], label
    with pytest.raises(NotConfiguredError, match="ca_file"):
        desk.connector(**changes(desk)).poll("")


def test_tls_where_none_is_spoken_names_the_port(desk: Desk) -> None:
    """The commonest mistake of a first configuration."""
    with pytest.raises(NotConfiguredError, match="port"):
        desk.connector(security="tls").poll("")


def test_starttls_that_is_not_offered_is_not_done_without(desk: Desk, relay: SilentImap) -> None:
    """Whoever strips the offer gets no password."""
    relay.rewrites = {b" STARTTLS": b""}
    with pytest.raises(NotConfiguredError, match="STARTTLS"):
        desk.connector(security="starttls", port=relay.port).poll("")
    assert relay.logins == 0


def test_a_file_without_certificates_is_named(desk: Desk) -> None:
    """`ca_file` is a path that a person typed."""
    with pytest.raises(NotConfiguredError, match=r"yok\.pem"):
        desk.connector(security="tls", ca_file="/yok.pem").poll("")


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_never_answers_is_given_up_in_time(
    desk: Desk, silent_server: SilentImap, security: str
) -> None:
    """Test 7: the greeting, the handshake, everything has its deadline."""
    connector = desk.connector(port=silent_server.port, security=security, timeout_seconds=0.3)
    with pytest.raises(ConnectionFailedError):
        connector.poll("")
    with pytest.raises(ConnectionFailedError):
        connector.check()


def test_a_port_where_nobody_listens_is_a_passing_trouble(desk: Desk) -> None:
    """E3: the server may be back in a minute."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionFailedError):
        desk.connector(port=port).poll("")


def test_closing_twice_or_unopened_is_fine(desk: Desk) -> None:
    """`close` never raises."""
    connector = desk.connector()
    connector.close()
    connector.poll("")
    connector.close()
    connector.close()
