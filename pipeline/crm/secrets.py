"""What proves who speaks: the secrets that sign webhooks, and the tokens of callers.

Secrets lie encrypted, a list of at most two while one is being changed. Of a token only its SHA-256 is kept:
it is as long as any key, so that nothing slower would keep it better.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.keyring import Keyring

TOKEN_PREFIX = "bmc_"  # noqa: S105 - no secret, but what every token begins with


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A signing secret, and until when it counts; None for the one that stays."""

    value: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a subscriber must be given; both are shown once. None is one that stays as it was."""

    secret: str | None = None
    token: str | None = None


def seal(kept: Sequence[Secret], keyring: Keyring) -> str:
    """The secrets as ciphertext."""
    rows = [[each.value, each.until.isoformat() if each.until else None] for each in kept]
    return keyring.encrypt(json.dumps(rows))


def unseal(ciphertext: str, keyring: Keyring, now: datetime) -> list[Secret]:
    """The secrets that count at an aware time, newest first. Raises NotConfiguredError where no key fits."""
    rows = json.loads(keyring.decrypt(ciphertext))
    kept = [Secret(value=value, until=datetime.fromisoformat(u) if u else None) for value, u in rows]
    return [each for each in kept if each.until is None or each.until > now]


def new_token() -> str:
    """A fresh token; it is shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """By what a token is found."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
