"""Files that lie at a provider: no more of one, and for no longer, than is allowed (G12)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from domain.errors import ConnectionFailedError, PermanentError

MOST_REDIRECTS = 3
_LONGEST = timedelta(minutes=2)


def content_of(answer: httpx.Response, max_bytes: int, now: Callable[[], datetime]) -> bytes:
    """The body of a good answer, while it streams. Raises PermanentError for one larger than allowed, and
    ConnectionFailedError for one that takes longer than two minutes."""
    until, content = now() + _LONGEST, bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > max_bytes:
            raise PermanentError(f"The file is larger than {max_bytes} bytes")
        if now() > until:
            raise ConnectionFailedError("The file comes too slowly")
    return bytes(content)
