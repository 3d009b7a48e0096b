"""OAuth 2.0 for a mailbox: access tokens from the provider, and the two SASL envelopes they travel in.

Sources: RFC 6749 sections 4.4 and 6 (client credentials, refresh), RFC 7628 (OAUTHBEARER), Google's and
Microsoft's pages on XOAUTH2.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.email.settings import Auth, EmailSettings
from connectors.http import http_client, http_error, reaching
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    PermanentError,
)
from domain.text import storable

REFRESH_TOKEN = "oauth_refresh_token"  # noqa: S105 - the name of the setting
_MARGIN = timedelta(seconds=60)
_UNTOLD_LIFETIME, _LONGEST_LIFETIME = 300.0, 86_400.0
_PASSING = {"temporarily_unavailable", "server_error"}
_ASK_ANEW = {"invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "invalid_token"}


class AccessTokens:
    """The account's access token, fetched when there is none or the old one ends within a minute.

    With a refresh token it is refreshed, otherwise asked for with the client's own secret. A provider that
    rotates refresh tokens makes the old one void: the new one waits in `take_rotated` to be stored at once.
    """

    def __init__(self, settings: EmailSettings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        secret = settings.oauth_refresh_token
        self._refresh_token = secret.get_secret_value() if secret else ""
        self._access_token = ""
        self._ends_at = datetime.min.replace(tzinfo=UTC)
        self._rotated: dict[str, str] = {}
        self.rotations = 0

    def current(self) -> str:
        """An access token that is good for now. Raises CredentialsRejectedError when the provider wants the
        account authorised anew, NotConfiguredError, ThrottledError or ConnectionFailedError otherwise."""
        if not self._access_token or self._now() >= self._ends_at - _MARGIN:
            self._take(self._request())
        return self._access_token

    def forget(self) -> None:
        """Drop the access token: the mail server did not want it."""
        self._access_token = ""

    def take_rotated(self) -> dict[str, str]:
        """The settings whose secret the provider replaced since the last call, with their new values."""
        taken, self._rotated = self._rotated, {}
        return taken

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in any text: the tokens at hand."""
        return tuple(token for token in (self._access_token, self._refresh_token) if token)

    def _request(self) -> Mapping[str, Any]:
        url = self._settings.oauth_token_url
        who = f"The token address {urlsplit(url).hostname}"
        with reaching(who), http_client(self._settings.timeout_seconds) as client:
            return _granted(client.post(url, data=self._form()), who, self._now())

    def _form(self) -> dict[str, str]:
        settings = self._settings
        form = {"client_id": settings.oauth_client_id}
        if settings.oauth_client_secret:
            form["client_secret"] = settings.oauth_client_secret.get_secret_value()
        if settings.oauth_scope:
            form["scope"] = settings.oauth_scope
        if self._refresh_token:
            return form | {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        return form | {"grant_type": "client_credentials"}

    def _take(self, fields: Mapping[str, Any]) -> None:
        token = fields["access_token"]
        self._access_token = token
        self._ends_at = self._now() + timedelta(seconds=_seconds(fields.get("expires_in")))
        fresh = fields.get("refresh_token")
        if isinstance(fresh, str) and fresh and self._refresh_token not in ("", fresh):
            self._refresh_token = fresh
            self._rotated = {REFRESH_TOKEN: fresh}
            self.rotations += 1


class Envelope:
    """The client's side of XOAUTH2 or OAUTHBEARER: one answer with the token, then, if the server sends its
    reason for refusing, the empty answer that lets it end the exchange (RFC 7628, section 3.2.3)."""

    def __init__(self, mechanism: Auth, username: str, token: str) -> None:
        self._mechanism, self._username, self._token = mechanism, username, token
        self._sent = False
        self.reason = ""

    def __call__(self, challenge: bytes) -> bytes:
        if self._sent:
            self.reason = challenge.decode("utf-8", "replace")
            return b"\x01" if self._mechanism is Auth.OAUTHBEARER else b""
        self._sent = True
        return self._initial().encode()

    def _initial(self) -> str:
        if self._mechanism is Auth.XOAUTH2:
            return f"user={self._username}\x01auth=Bearer {self._token}\x01\x01"
        name = self._username.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={name},\x01auth=Bearer {self._token}\x01\x01"


def _granted(answer: httpx.Response, who: str, now: datetime) -> Mapping[str, Any]:
    fields = _fields(answer.content)
    if answer.is_success and isinstance(fields.get("access_token"), str) and fields["access_token"]:
        return fields
    code = storable(str(fields.get("error", "")))[:40]
    if code in _ASK_ANEW:
        raise CredentialsRejectedError(f"{who} wants this account authorised anew ({code})")
    if code in _PASSING:
        raise ConnectionFailedError(f"{who} is out of order ({code})")
    error = http_error(answer.status_code, answer.headers, answer.content, who=who, now=now)
    if error is None:
        raise ConnectionFailedError(f"{who} answered without an access token")
    if type(error) is PermanentError:
        raise NotConfiguredError(f"{who} refused the request; check client, scope and URL ({code})")
    raise error


def _fields(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _seconds(value: object) -> float:
    # A lifetime is only recommended (RFC 6749, section 5.1).
    try:
        return max(0.0, min(float(str(value)), _LONGEST_LIFETIME))
    except ValueError:
        return _UNTOLD_LIFETIME
