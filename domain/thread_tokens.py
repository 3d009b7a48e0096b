"""Signed marks in our own Message-IDs and addresses, by which an answer finds its case (E12).

A token is `kind.value.mac`: what it points at, and the first 80 bits of an HMAC-SHA256 over that, in base32.
Everything is lower case, digits, hyphens and dots, because mail programs and gateways change the case of ids
and refuse stranger letters; reading ignores case. The domain is not signed: it may change under us. An
unsigned token would let anybody write into somebody else's case, so a forged one reads as None.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

_CONTEXT = b"beyazmasa thread token\0"
_MAC_LETTERS = 16
_TOKEN = re.compile(r"([a-z]{1,12})\.([a-z0-9-]{1,40})\.([a-z2-7]{16})", re.IGNORECASE | re.ASCII)
_KIND = re.compile(r"[a-z]{1,12}")
_VALUE = re.compile(r"[a-z0-9-]{1,40}")


def make_message_id(key: bytes, kind: str, value: str, domain: str) -> str:
    """A complete Message-ID, `<kind.value.mac@domain>`, the same for the same arguments.

    Raises ValueError for a kind that is not 1-12 letters a-z, or a value that is not 1-40 of a-z, 0-9, -.
    """
    return f"<{_token(key, kind, value)}@{domain.lower()}>"


def read_token(key: bytes, ids: Sequence[str]) -> tuple[str, str] | None:
    """The (kind, value) of the first id that carries a genuine token of ours, None when none does."""
    heads = (one.strip().lstrip("<").partition("@")[0] for one in ids)
    return _first_genuine(key, heads)


def make_plus_address(key: bytes, kind: str, value: str, address: str) -> str:
    """The address with a token behind a plus, `local+kind.value.mac@domain`, for a Reply-To.

    Raises ValueError as `make_message_id` does, and for an address whose local part would pass the 64 octets
    of RFC 5321, section 4.5.3.1.1.
    """
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{_token(key, kind, value)}"
    if len(tagged.encode()) > 64:
        raise ValueError(f"too long for an address: {tagged!r}")
    return f"{tagged}@{domain}"


def read_plus_address(key: bytes, addresses: Sequence[str]) -> tuple[str, str] | None:
    """The (kind, value) in the first address that carries a token of ours, None when none does."""
    tags = (address.rpartition("@")[0].rpartition("+")[2] for address in addresses)
    return _first_genuine(key, tags)


def make_token(key: bytes, kind: str, value: str) -> str:
    """The token alone, `kind.value.mac`, for an address of a page. Raises ValueError as `make_message_id`."""
    return _token(key, kind, value)


def open_token(key: bytes, token: str) -> tuple[str, str] | None:
    """The (kind, value) of a token that stands alone, None where it is not genuine."""
    return _first_genuine(key, [token])


def claims_token(kind: str, domain: str, ids: Sequence[str], addresses: Sequence[str]) -> bool:
    """Whether an id or an address of this domain looks as if it had a token of this kind, genuine or not."""
    parts = [one.strip().lstrip("<").rstrip(">").rpartition("@") for one in (*ids, *addresses)]
    heads = [head.rpartition("+")[2] for head, _, where in parts if where.lower() == domain.lower()]
    matches = [match for head in heads if (match := _TOKEN.fullmatch(head))]
    return any(match[1].lower() == kind for match in matches)


def _token(key: bytes, kind: str, value: str) -> str:
    if not (_KIND.fullmatch(kind) and _VALUE.fullmatch(value)):
        raise ValueError(f"cannot stand in a message id: {kind!r} {value!r}")
    return f"{kind}.{value}.{_mac(key, kind, value)}"


def _mac(key: bytes, kind: str, value: str) -> str:
    digest = hmac.digest(key, _CONTEXT + f"{kind}.{value}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode().lower()[:_MAC_LETTERS]


def _first_genuine(key: bytes, candidates: Iterable[str]) -> tuple[str, str] | None:
    for candidate in candidates:
        match = _TOKEN.fullmatch(candidate)
        if match is None:
            continue
        kind, value, mac = (group.lower() for group in match.groups())
        if hmac.compare_digest(mac, _mac(key, kind, value)):
            return kind, value
    return None
