"""What a mail server's refusal means for us: RFC 5321, section 4.2, and the enhanced codes of RFC 3463.

| the server says | we raise |
|---|---|
| 450, 452, any 4xx with 4.7.x (greylisting, rate) | ThrottledError |
| 421, 451 and other 4xx; no answer, no connection; 500-504 | ConnectionFailedError |
| 530, 534, 535, 538 | CredentialsRejectedError |
| "relay", 5.7.20-5.7.27 (SPF, DKIM, DMARC of ours), 5xx to the sender | NotConfiguredError |
| 552 or 5.3.4 at MAIL or after DATA: too large | PermanentError |
| any other 5xx to the recipient or the content | RecipientRejectedError |
"""

import re
import smtplib
import ssl
from enum import StrEnum

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from domain.text import storable

LONGEST_SENTENCE = 300
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_OWN_DOMAIN = re.compile(r"5\.7\.2[0-7]")
_RELAY = re.compile(r"\brelay", re.IGNORECASE)
_CREDENTIALS = frozenset({530, 534, 535, 538})
_NONSENSE = frozenset({500, 502, 503, 504})
_TOO_LARGE = 552
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


class About(StrEnum):
    """What of a mail the server was answering."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def refused(code: int, said: bytes | str, about: About, where: str, hide: str = "") -> DeskError:
    """The error for a server's answer; its sentence holds the answer, without the address to `hide`."""
    words = sentence(said, hide)
    text = f"{where}: the server refused the {about}: {code} {words}"
    if code < 500:
        return _later(code, words, text)
    if code in _CREDENTIALS:
        return CredentialsRejectedError(text)
    if code in _NONSENSE:
        return ConnectionFailedError(text)
    if about is not About.RECIPIENT and (code == _TOO_LARGE or _enhanced(words) == "5.3.4"):
        return PermanentError(text)
    if about is About.SENDER or _RELAY.search(words) or _OWN_DOMAIN.fullmatch(_enhanced(words)):
        return NotConfiguredError(text)
    return RecipientRejectedError(text)


def failed(error: Exception, where: str, hide: str = "") -> DeskError:
    """The error for anything that smtplib or the network raised."""
    match error:
        case DeskError():
            return error
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            return refused(code, said, About.RECIPIENT, where, hide)
        case smtplib.SMTPSenderRefused():
            return refused(error.smtp_code, error.smtp_error, About.SENDER, where, hide)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return ConnectionFailedError(f"{where}: the server does not greet us: {_answer(error, hide)}")
        case smtplib.SMTPAuthenticationError() if error.smtp_code < 500:
            return _later(
                error.smtp_code, sentence(error.smtp_error, hide), f"{where}: {_answer(error, hide)}"
            )
        case smtplib.SMTPAuthenticationError():
            return CredentialsRejectedError(
                f"{where}: the server refused user name or password: {_answer(error, hide)}"
            )
        case smtplib.SMTPResponseException():
            return refused(error.smtp_code, error.smtp_error, About.CONTENT, where, hide)
        case smtplib.SMTPException() if not isinstance(error, smtplib.SMTPServerDisconnected):
            return NotConfiguredError(f"{where}: the server lacks what we need: {sentence(str(error), hide)}")
        case _:
            return _broken(error, where, hide)


def sentence(said: bytes | str, hide: str = "") -> str:
    """A server's words on one line, short, storable, and without the address to hide."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = " ".join(storable(text).split())
    hidden = re.sub(re.escape(hide), "<...>", line, flags=re.IGNORECASE) if hide else line
    return hidden[:LONGEST_SENTENCE]


def _broken(error: Exception, where: str, hide: str) -> DeskError:
    words = sentence(str(error), hide) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotConfiguredError(
            f"{where}: the server's certificate is not trusted; name its authority in SMTP_CA_FILE "
            f"or use the host name it was issued for: {words}"
        )
    if isinstance(error, ssl.SSLError) and error.reason in _NO_TLS:
        return NotConfiguredError(
            f"{where}: no TLS is spoken on this port; check SMTP_PORT and SMTP_SECURITY: {words}"
        )
    return ConnectionFailedError(f"{where}: the connection failed: {words}")


def _later(code: int, words: str, text: str) -> DeskError:
    slow_down = code in (450, 452) or _enhanced(words).startswith("4.7.")
    return ThrottledError(text) if slow_down else ConnectionFailedError(text)


def _answer(error: smtplib.SMTPResponseException, hide: str) -> str:
    return f"{error.smtp_code} {sentence(error.smtp_error, hide)}"


def _enhanced(words: str) -> str:
    match = _ENHANCED.search(words)
    return match[0] if match else ""
