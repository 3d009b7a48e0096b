"""Opening an IMAP connection and logging in; nothing here waits without a deadline (G8)."""

import contextlib
import logging
import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError

from connectors.email.imap_errors import login_error, talk_error
from connectors.email.oauth import AccessTokens, Envelope
from connectors.email.settings import Auth, EmailSettings, Security
from domain.errors import CredentialsRejectedError, DeskError, NotConfiguredError


def opened(settings: EmailSettings, tokens: AccessTokens | None) -> IMAPClient:
    """A connection that is logged in. Raises the DeskError that tells what went wrong; none stays open."""
    token = tokens.current() if tokens else ""
    try:
        return _logged_in(settings, token)
    except CredentialsRejectedError:
        if tokens is None:
            raise
    # A token may be revoked before its time: one try with a fresh one, then it is the account's fault.
    tokens.forget()
    return _logged_in(settings, tokens.current())


def where(settings: EmailSettings) -> str:
    """The server's address, as error texts begin with it."""
    return f"{settings.host}:{settings.effective_port}"


def _logged_in(settings: EmailSettings, token: str) -> IMAPClient:
    client = _connected(settings)
    try:
        _log_in(client, settings, token)
    except BaseException:
        drop(client)
        raise
    return client


def drop(client: IMAPClient) -> None:
    """Close the connection without a word: no farewell that a dead server would leave unanswered (E6)."""
    with contextlib.suppress(Exception):
        client.shutdown()


def _connected(settings: EmailSettings) -> IMAPClient:
    context = _tls(settings) if settings.security is not Security.NONE else None
    seconds = settings.timeout_seconds
    logging.getLogger("imapclient").setLevel(logging.WARNING)  # at DEBUG it writes whole mails
    try:
        client = IMAPClient(
            settings.host,
            settings.effective_port,
            ssl=settings.security is Security.TLS,
            ssl_context=context,
            timeout=SocketTimeout(connect=seconds, read=seconds),
        )
    except Exception as error:
        raise talk_error(error, where(settings), "connecting", settings.secrets) from error
    client.normalise_times = False
    if settings.security is Security.STARTTLS:
        _start_tls(client, context, settings)
    return client


def _start_tls(client: IMAPClient, context: ssl.SSLContext | None, settings: EmailSettings) -> None:
    try:
        client.starttls(context)
    except CapabilityError as error:
        drop(client)
        raise NotConfiguredError(f"{where(settings)}: the server does not offer STARTTLS") from error
    except Exception as error:
        drop(client)
        raise talk_error(error, where(settings), "starting TLS", settings.secrets) from error


def _tls(settings: EmailSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise NotConfiguredError(f"ca_file {settings.ca_file} holds no certificates: {error}") from error


def _log_in(client: IMAPClient, settings: EmailSettings, token: str) -> None:
    secrets = (*settings.secrets, token)
    try:
        if settings.auth is Auth.PASSWORD:
            _by_password(client, settings)
        else:
            _by_token(client, settings, token)
    except DeskError:
        raise
    except Exception as error:
        raise login_error(error, where(settings), secrets) from error


def _by_password(client: IMAPClient, settings: EmailSettings) -> None:
    password = settings.password.get_secret_value() if settings.password else ""
    if client.has_capability("AUTH=PLAIN"):
        # LOGIN takes ASCII only and imaplib does not quote the name; PLAIN is UTF-8 (RFC 4616).
        client.plain_login(settings.username, password)
    elif client.has_capability("LOGINDISABLED"):
        raise NotConfiguredError(f"{where(settings)}: the server takes no password without encryption")
    elif not (settings.username + password).isascii():
        raise NotConfiguredError(f"{where(settings)}: the server takes ASCII names and passwords only")
    else:
        client.login(settings.username, password)


def _by_token(client: IMAPClient, settings: EmailSettings, token: str) -> None:
    mechanism = settings.auth.value.upper()
    if not client.has_capability(f"AUTH={mechanism}"):
        raise NotConfiguredError(f"{where(settings)}: the server does not offer {mechanism}")
    envelope = Envelope(settings.auth, settings.username, token)
    try:
        client.sasl_login(mechanism, envelope)
    except IMAPClientError as error:
        error.args = (*error.args, envelope.reason)
        raise
