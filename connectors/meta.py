"""What Meta's products have in common: webhook handshake, webhook signature, refusals of the Graph API."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.base import WebhookReply, WebhookRequest
from connectors.http import http_error, retry_after
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    SignatureRejectedError,
    ThrottledError,
    TransientError,
)

_SIGNATURE = "x-hub-signature-256"
_PREFIX = "sha256="
_NO_OBJECT = (100, 33)
_PERMISSIONS = range(200, 300)
_RATES = range(80000, 80100)
_LONGEST_MINUTES = 60 * 24 * 365

Meaning = tuple[Callable[[str], DeskError], str]
"""What a code means: the error of ours, and a sentence for whoever can act on it."""

_COMMON: dict[int, Meaning] = {
    0: (CredentialsRejectedError, "the access token is not accepted"),
    1: (ConnectionFailedError, "it is out of order"),
    2: (ConnectionFailedError, "it is out of order"),
    3: (CredentialsRejectedError, "the app lacks a capability"),
    4: (ThrottledError, "the app's call limit is reached"),
    10: (CredentialsRejectedError, "the access token lacks a permission"),
    17: (ThrottledError, "the user's call limit is reached"),
    32: (ThrottledError, "the page's call limit is reached"),
    102: (CredentialsRejectedError, "the access token has ended"),
    104: (CredentialsRejectedError, "the app secret does not fit the access token's app"),
    190: (CredentialsRejectedError, "the access token has expired or was revoked: create a new one"),
    341: (ThrottledError, "the app's limit is reached"),
    368: (NotConfiguredError, "the account is restricted for a violation of policy: see Business Support"),
    613: (ThrottledError, "the call limit is reached"),
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The two numbers of a Graph API error; the words beside them change and are not read (F5)."""

    code: int
    subcode: int | None = None
    transient: bool = False


def answer_handshake(request: WebhookRequest, verify_token: SecretStr) -> WebhookReply:
    """The challenge, for a GET that knows our verify token (W1); raises SignatureRejectedError for any other.

    Source: Meta's "Create a webhook endpoint", verification requests.
    """
    query = dict(reversed(list(request.query)))
    given, expected = query.get("hub.verify_token", ""), verify_token.get_secret_value()
    same = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
    challenge = query.get("hub.challenge", "")
    if not (same and expected and challenge and query.get("hub.mode") == "subscribe"):
        raise SignatureRejectedError("The handshake does not know the verify token")
    return WebhookReply(body=challenge.encode("utf-8", "replace"))


def check_signature(request: WebhookRequest, app_secret: SecretStr) -> None:
    """Return for a call signed with the app secret; raise SignatureRejectedError for any other (W2).

    HMAC-SHA256 over the body as it came, in `X-Hub-Signature-256`, compared in constant time. A replay passes
    here: ids of messages are unique in the database.
    """
    given, secret = request.headers.get(_SIGNATURE, ""), app_secret.get_secret_value()
    if request.method.upper() != "POST" or not given:
        raise SignatureRejectedError("The call carries no Meta signature")
    expected = _PREFIX + hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    if not (hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")) and secret):
        raise SignatureRejectedError("The signature does not fit the body and the app secret")


def appsecret_proof(access_token: SecretStr, app_secret: SecretStr) -> str:
    """Proves beside a token that the call comes from the app's own server ("Secure Graph API calls")."""
    key, token = app_secret.get_secret_value().encode(), access_token.get_secret_value().encode()
    return hmac.new(key, token, hashlib.sha256).hexdigest()


def refusal(body: bytes) -> Refusal | None:
    """The error in an answer of the Graph API, or None when it holds none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        return None
    subcode = error.get("error_subcode")
    return Refusal(
        code=code,
        subcode=subcode if isinstance(subcode, int) else None,
        transient=error.get("is_transient") is True,
    )


def graph_error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    who: str,
    now: datetime,
    codes: Mapping[int, Meaning] | None = None,
) -> DeskError | None:
    """The error an answer of the Graph API means, or None for a good one.

    `codes` are the product's own and go before the common ones. An error counts whatever the status. The text
    has the numbers but none of Meta's words: they repeat what we sent. `now` is aware.
    """
    found = refusal(body)
    if found is None:
        return http_error(status, headers, body, who=who, now=now)
    label = f"{who} refused ({found.code}" + (f"/{found.subcode})" if found.subcode else ")")
    kind, sentence = _meaning(found, status, codes or {})
    error = kind(f"{label}: {sentence}")
    if isinstance(error, TransientError) and error.retry_after is None:
        error.retry_after = _wait(headers, body, now)
    return error


def _meaning(found: Refusal, status: int, codes: Mapping[int, Meaning]) -> Meaning:
    known = codes.get(found.code) or _COMMON.get(found.code)
    if known:
        return known
    if (found.code, found.subcode) == _NO_OBJECT:
        return NotConfiguredError, "no such object, or the access token may not see it"
    if found.code in _PERMISSIONS:
        return CredentialsRejectedError, "the access token lacks a permission"
    if found.code in _RATES or status == 429:
        return ThrottledError, "a call limit is reached"
    if found.transient or status >= 500:
        return ConnectionFailedError, "it is out of order for a while"
    if status == 401:
        return CredentialsRejectedError, "it does not accept this access token"
    return PermanentError, "Meta's page of error codes says why"


def _wait(headers: Mapping[str, str], body: bytes, now: datetime) -> timedelta | None:
    """The wait asked for in any usual form (G11), else what Meta's usage headers estimate, in minutes."""
    asked = retry_after(headers, body, now)
    if asked is not None:
        return asked
    lower = {name.lower(): value for name, value in headers.items()}
    minutes = [m for m in _estimates(lower.get("x-business-use-case-usage", "")) if m > 0]
    return timedelta(minutes=max(minutes)) if minutes else None


def _estimates(header: str) -> list[int]:
    try:
        usage: Any = json.loads(header)
    except (ValueError, RecursionError):
        return []
    groups = usage.values() if isinstance(usage, dict) else ()
    cases = [case for group in groups if isinstance(group, list) for case in group if isinstance(case, dict)]
    values = [case.get("estimated_time_to_regain_access") for case in cases]
    return [v for v in values if isinstance(v, int) and not isinstance(v, bool) and v < _LONGEST_MINUTES]
