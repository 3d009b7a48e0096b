"""Signed texts that a page hands out and takes back. Short, readable, unguessable; not secret."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

_JOINT = "~"


def key_for(key: bytes, purpose: str) -> bytes:
    """The key of one purpose; what it signs says nothing to those of others."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


class Signer:
    """Signs for one purpose; a text signed for another one is not accepted."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = key_for(key, purpose)

    def sign(self, text: str, now: datetime) -> str:
        """The text with the time and a signature; safe in an address where the text is."""
        signed = f"{text}{_JOINT}{int(now.timestamp()):x}"
        return f"{signed}{_JOINT}{self._mac(signed)}"

    def read(self, token: str, now: datetime, *, valid_for: timedelta) -> str | None:
        """The text, or None for a token that is forged or too old. Constant in time over the signature."""
        signed, _, mac = token.rpartition(_JOINT)
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(signed).encode()):
            return None
        text, _, seconds = signed.rpartition(_JOINT)
        issued_at = datetime.fromtimestamp(int(seconds, 16), UTC)
        return text if issued_at > now - valid_for else None

    def _mac(self, signed: str) -> str:
        digest = hmac.new(self._key, signed.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode("ascii")
