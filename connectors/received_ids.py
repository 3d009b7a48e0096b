"""Ids for what its provider gave none (S2): a hash, so that a redelivery is recognised."""

import hashlib


def hashed_id(*parts: str | bytes) -> str:
    """An id of these parts in their order, each kept apart from the next."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(f"{len(raw)}:".encode() + raw)
    return f"sha256:{digest.hexdigest()}"


def raw_id(raw: bytes) -> str:
    """The id of an original that nothing else names: the hash of its bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
