"""Fetches a file from an address that a stranger named, without letting it reach into our own network (G12).

`connectors.pinning` says where that may be. Redirects are checked the same way.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

import httpx

from connectors.http import http_error, reaching
from connectors.pinning import Resolver, pinned
from domain.errors import ConnectionFailedError, PermanentError, TransientError

MOST_REDIRECTS = 3
TOTAL_SECONDS = 60.0
"""A server that trickles holds a worker no longer than this."""
_WHO = "The photo's server"
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


def fetch_public(
    address: str,
    max_bytes: int,
    *,
    timeout_seconds: float,
    networks: Sequence[str] = (),
    now: datetime,
    names: Resolver | None = None,
) -> bytes:
    """The content at a web address on the public internet, or in one of `networks`. `names` resolves names.

    Raises PermanentError for an address that is none, lies elsewhere, is gone, or holds more than allowed,
    and a TransientError when it cannot be reached now.
    """
    until = time.monotonic() + TOTAL_SECONDS
    client = httpx.Client(timeout=timeout_seconds, follow_redirects=False, trust_env=False)
    with client, reaching(_WHO):
        for _ in range(MOST_REDIRECTS + 1):
            target = pinned(address, networks, who=_WHO, names=names)
            answer = client.send(target.request(client, "GET", _HEADERS), stream=True)
            try:
                if not answer.is_redirect:
                    return _content(answer, max_bytes, until, now)
                address = _moved(address, answer.headers.get("location", ""))
            finally:
                answer.close()
    raise PermanentError("The photo is redirected without end")


def _moved(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise PermanentError("The photo is said to lie where no address is") from None


def _content(answer: httpx.Response, max_bytes: int, until: float, now: datetime) -> bytes:
    error = http_error(answer.status_code, answer.headers, b"", who=_WHO, now=now)
    if isinstance(error, TransientError):
        raise error
    if error:  # a refusal there is nothing that anybody here could mend
        raise PermanentError(str(error))
    content = bytearray()
    for piece in answer.iter_raw():  # not decoded: a small compressed piece can grow a thousandfold
        content += piece
        if len(content) > max_bytes:
            raise PermanentError(f"The photo is larger than {max_bytes} bytes")
        if time.monotonic() > until:
            raise ConnectionFailedError(f"{_WHO} takes too long")
    return bytes(content)
