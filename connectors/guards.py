"""What every called channel checks alike: secrets worth the name, and comparisons constant in time."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from pydantic import SecretStr

_PLACEHOLDERS = frozenset(
    {"changeme", "change-me", "change_me", "secret", "placeholder", "password", "parola", "sifre", "test"}
)


def refuse_weak(secret: SecretStr | str, *, shortest: int = 1) -> None:
    """Return for a secret one may start with. Raises ValueError, which never repeats it, when it is empty, a
    placeholder, one letter over and over, or shorter than so many characters."""
    value = (secret.get_secret_value() if isinstance(secret, SecretStr) else secret).strip()
    if not value:
        raise ValueError("must not be empty")
    if value.lower() in _PLACEHOLDERS or (len(set(value)) == 1 and len(value) > 1):
        raise ValueError("is a placeholder; put the real secret there")
    if len(value) < shortest:
        raise ValueError(f"needs {shortest} characters or more")


def same(given: str | bytes, expected: str | bytes) -> bool:
    """Whether both are equal; the time it takes tells nothing about the expected one but its length."""
    return hmac.compare_digest(_bytes(given), _bytes(expected))


def basic_auth_fits(header: str, username: str, password: str) -> bool:
    """Whether an Authorization header holds these credentials (RFC 7617, UTF-8)."""
    scheme, _, encoded = header.partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    fits = same(given, f"{username}:{password}")
    return fits and scheme.lower() == "basic"


def address_allowed(client: str, networks: Sequence[str]) -> bool:
    """Whether the address a call came from lies in one of the networks; always when none are named."""
    if not networks:
        return True
    try:
        address = ip_address(client)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(network) for network in networks)


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "replace") if isinstance(text, str) else text
