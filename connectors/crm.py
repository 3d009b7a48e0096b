"""Posts one event to an outside CRM as a webhook, signed as Standard Webhooks 1.0 says.

The signature is HMAC-SHA256 over id, time and body as they are sent, one for each secret that counts: while a
secret is being changed there are two. Redirects are not followed: a receiver that moved must be told to us.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from connectors.http import http_error, reaching
from connectors.pinning import Resolver, checked, pinned
from domain.errors import DeskError, NotConfiguredError, PermanentError, RecipientRejectedError

MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8"
SECRET_PREFIX = "whsec_"  # noqa: S105 - no secret, but what every one begins with
TIMEOUT_SECONDS = 10.0
_SECRET_BYTES = 32
_GONE = 410
_BROKEN = 500
_MOST_ANSWER = 64 * 1024
_WHO = "The CRM"
_AGENT = "beyazmasa-crm/1"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One event on its way: `id` is the same however often it is sent, `body` is a CloudEvent as JSON."""

    id: str
    body: bytes


def new_secret() -> str:
    """A fresh secret as receivers' libraries take it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(webhook: Webhook, keys: Sequence[str], sent_at: datetime) -> dict[str, str]:
    """The headers that prove where the webhook comes from and when it left (an aware time).

    Raises NotConfiguredError for a secret that is none.
    """
    stamp = str(int(sent_at.timestamp()))
    content = f"{webhook.id}.{stamp}.".encode() + webhook.body
    macs = [hmac.new(_key(each), content, hashlib.sha256).digest() for each in keys]
    signatures = " ".join(f"v1,{base64.b64encode(mac).decode('ascii')}" for mac in macs)
    return {"webhook-id": webhook.id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def check_address(url: str, *, plain_allowed: bool) -> None:
    """Return for an address that events may be posted to. Raises PermanentError for what is no web address,
    and for one without TLS unless that is allowed. Nothing is looked up."""
    if checked(url, _WHO).scheme != "https" and not plain_allowed:
        raise PermanentError(f"{_WHO} must be called by https")


class Webhooks:
    """Posts to receivers. `networks` may be called though they are not public; `names` resolves names.

    Connections are kept by the receiver's name: they go to addresses, and one that TLS has proven for a name
    must not serve another that has the same address, or is said to.
    """

    def __init__(self, *, networks: Sequence[str] = (), names: Resolver | None = None) -> None:
        self._networks, self._names = networks, names
        self._clients: dict[str, httpx.Client] = {}

    def post(self, url: str, webhook: Webhook, keys: Sequence[str], now: datetime) -> int:
        """Post it; returns the status of the answer, which took it (2xx). `now` is aware.

        Raises RecipientRejectedError where the receiver is gone (410), a TransientError or another
        PermanentError with a meaning of its own where it is ill or refuses us, and a plain PermanentError
        where it refuses this very event, to which an inner fault of the receiver (500) is counted.
        """
        headers = {"Content-Type": MEDIA_TYPE, "User-Agent": _AGENT} | sign(webhook, keys, now)
        try:
            target = pinned(url, self._networks, who=_WHO, names=self._names)
        except PermanentError as error:  # it is the address that is at fault, not this event
            raise NotConfiguredError(str(error)) from error
        client = self._client(target.url.host)
        with reaching(_WHO):
            answer = client.send(target.request(client, "POST", headers, webhook.body), stream=True)
            _read_away(answer)
        fault = _fault(answer, now)
        if fault:
            raise fault
        return answer.status_code

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _client(self, host: str) -> httpx.Client:
        known = self._clients.get(host)
        # No proxy of the environment: it would look names up anew.
        return known or self._clients.setdefault(
            host, httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        )


def _fault(answer: httpx.Response, now: datetime) -> DeskError | None:
    if answer.status_code == _GONE:
        return RecipientRejectedError(f"{_WHO} answered 410: it wants no more events")
    if answer.status_code == _BROKEN:
        return PermanentError(f"{_WHO} answered 500")
    return http_error(answer.status_code, answer.headers, b"", who=_WHO, now=now)


def _read_away(answer: httpx.Response) -> None:
    # What it says beside its status is nobody's business here; read, so that the connection serves again.
    try:
        read, until = 0, time.monotonic() + TIMEOUT_SECONDS
        for piece in answer.iter_raw():
            read += len(piece)
            if read > _MOST_ANSWER or time.monotonic() > until:
                return
    finally:
        answer.close()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise NotConfiguredError("A secret of a CRM is no base64") from None
