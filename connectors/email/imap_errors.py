"""Every way an IMAP conversation can fail, as one of the desk's errors.

The server's response codes are those of RFC 5530; providers that answer in plain words instead are listed by
the words they use. Whoever speaks to the provider decides by text, here and nowhere else.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Sequence

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    ThrottledError,
)
from domain.text import storable

_LONGEST = 300
_REFUSED = re.compile(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)\]|invalid credentials", re.I)
_TROUBLE = re.compile(
    r"\[(UNAVAILABLE|INUSE|SERVERBUG)\]|temporar|try again|internal error|not connected|timed? ?out", re.I
)
_SLOW_DOWN = re.compile(r"\[LIMIT\]|too many|rate limit|exceeded command|bandwidth limit|throttl", re.I)
_NEEDS_TLS = re.compile(r"\[PRIVACYREQUIRED\]|plaintext auth|LOGINDISABLED", re.I)
_MECHANISM = re.compile(r"unsupported|not supported|mechanism", re.I)
_WRONG_PROTOCOL = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}


def said(error: BaseException, secrets: Sequence[str] = ()) -> str:
    """What the other side said, fit for storing and showing: valid, short, without any secret (G6, G10)."""
    words = " ".join(str(part) for part in error.args) or type(error).__name__
    for secret in secrets:
        words = words.replace(secret, "***") if secret else words
    return storable(words)[:_LONGEST]


def login_error(error: Exception, where: str, secrets: Sequence[str]) -> DeskError:
    """The error for a refused login: a server that is out of order is no wrong password (E6, test 9)."""
    words, cause = said(error, secrets), error.__context__
    broke_off = _broke_off(error) or (cause is not None and _broke_off(cause))
    if broke_off and not _REFUSED.search(words):
        return ConnectionFailedError(f"{where}: the connection broke off at login: {words}")
    table: Sequence[tuple[re.Pattern[str], Callable[[str], DeskError], str]] = (
        (_REFUSED, CredentialsRejectedError, "refused the account's user name or secret"),
        (_SLOW_DOWN, ThrottledError, "allows no further connection now"),
        (_TROUBLE, ConnectionFailedError, "cannot log anybody in now"),
        (_NEEDS_TLS, NotConfiguredError, "wants an encrypted connection; set security to tls or starttls"),
        (_MECHANISM, NotConfiguredError, "does not offer this way of logging in; set another auth"),
    )
    for pattern, kind, sentence in table:
        if pattern.search(words):
            return kind(f"{where}: the server {sentence}: {words}")
    return CredentialsRejectedError(f"{where}: the server refused the account's user name or secret: {words}")


def folder_error(error: Exception, where: str, folder: str, secrets: Sequence[str]) -> DeskError:
    """The error for a folder that cannot be opened: missing or forbidden is for a person to mend."""
    words = said(error, secrets)
    if _broke_off(error) or _TROUBLE.search(words) or not isinstance(error, imaplib.IMAP4.error):
        return talk_error(error, where, f"opening the folder {folder!r}", secrets)
    return NotConfiguredError(
        f"{where}: the folder {folder!r} cannot be opened; create or rename it: {words}"
    )


def talk_error(error: Exception, where: str, doing: str, secrets: Sequence[str]) -> DeskError:
    """The error for anything else that went wrong on the line; only certificates and ports need a person."""
    words = said(error, secrets)
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotConfiguredError(
            f"{where}: the server's certificate is not trusted; name its authority in ca_file or use the "
            f"host name it was issued for: {words}"
        )
    if isinstance(error, ssl.SSLError) and error.reason in _WRONG_PROTOCOL:
        return NotConfiguredError(f"{where}: no TLS is spoken on this port; check port and security: {words}")
    if isinstance(error, imaplib.IMAP4.error) and _SLOW_DOWN.search(words):
        return ThrottledError(f"{where}: {doing}: the server asks to slow down: {words}")
    if isinstance(error, OSError | imaplib.IMAP4.error):
        return ConnectionFailedError(f"{where}: {doing} failed: {words}")
    return ConnectionFailedError(
        f"{where}: {doing}: the server's answer makes no sense: {type(error).__name__}: {words}"
    )


def _broke_off(error: BaseException) -> bool:
    # imaplib's `abort` is also an `error`, and imapclient turns both into one LoginError.
    broke = isinstance(error, imaplib.IMAP4.abort) and not isinstance(error, imaplib.IMAP4.readonly)
    return broke or isinstance(error, OSError)
