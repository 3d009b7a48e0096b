"""Who a call is from: HMAC-SHA256 over its time, a dot and its body as it came (test 17)."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from connectors.base import WebhookRequest
from domain.errors import SignatureRejectedError

HEADER = "x-beyazmasa-signature"
_TIME = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_MOST_SIGNATURES = 8


def check_signature(
    request: WebhookRequest, keys: Sequence[bytes], *, now: datetime, window: timedelta
) -> None:
    """Return for a call that one of the keys has signed within the window before or after `now` (aware).

    The header is `t=<seconds since 1970>,v1=<hex>`, with one `v1` for each key the sender signs with.
    Raises SignatureRejectedError; only a call whose signature is right is told that its time is wrong.
    """
    stamp, signatures = _read(request.headers.get(HEADER, ""))
    if not _signed(stamp, request, signatures, keys):
        raise SignatureRejectedError("The call is not signed with a key of this account")
    away = abs(now - datetime.fromtimestamp(int(stamp), UTC))
    if away > window:
        raise SignatureRejectedError(
            f"The call is signed well, but {away.total_seconds():.0f} seconds away from the clock here: "
            "a replay, or a clock that is wrong"
        )


def sign(key: bytes, stamp: str, body: bytes) -> str:
    """The signature as hex digits."""
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _read(header: str) -> tuple[str, list[str]]:
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value.lower() for name, _, value in pairs if name == "v1" and _DIGEST.fullmatch(value)]
    one_stamp = len(stamps) == 1 and _TIME.fullmatch(stamps[0])
    # one that is named twice could be signed as one and read as the other
    return (stamps[0] if one_stamp else ""), signatures[:_MOST_SIGNATURES]


def _signed(stamp: str, request: WebhookRequest, signatures: Sequence[str], keys: Sequence[bytes]) -> bool:
    expected = [sign(key, stamp, request.body) for key in keys]
    # every pair is compared, so that time does not tell which key was met
    met = [hmac.compare_digest(given, right) for given in signatures for right in expected]
    return any(met) and bool(stamp) and request.method == "POST" and not request.path.strip("/")
