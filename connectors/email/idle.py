"""Waiting for new mail by IDLE (RFC 2177), without ever trusting that the other side is still there (E6)."""

import time
from threading import Event

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError

LONGEST = 300.0
"""An IDLE is begun anew after this many seconds; servers and firewalls cut at 29 minutes and less."""
_FIRST = 2.0
_SLICE = 1.0


def heard_of_new_mail(client: IMAPClient, seconds: float, stop: Event) -> bool:
    """Whether the open folder told of new mail within the given seconds; False also once `stop` is set.

    The first IDLE is short: what the server says in the same breath as its go-ahead stays unseen in a buffer
    until that IDLE ends. Raises what imapclient and the socket raise when the connection is gone.
    """
    until = time.monotonic() + seconds
    length = _FIRST
    while not stop.is_set():
        left = until - time.monotonic()
        if left <= 0:
            return False
        if _one_idle(client, min(left, length), stop):
            return True
        length = LONGEST
    return False


def _one_idle(client: IMAPClient, seconds: float, stop: Event) -> bool:
    client.idle()
    until = time.monotonic() + seconds
    news = False
    while not news and not stop.is_set():
        left = until - time.monotonic()
        if left <= 0:
            break
        asked_at, slice_ = time.monotonic(), min(left, _SLICE)
        responses = client.idle_check(timeout=slice_)
        news = _new_mail(responses)
        if not responses and time.monotonic() - asked_at < slice_ / 2:
            # imapclient answers "nothing" at once, for ever, on a dead connection; ending the IDLE tells.
            break
    _, responses = client.idle_done()
    news = _new_mail(responses) or news
    # What comes between two IDLEs would be told with the next one's go-ahead, and stay unseen until its end.
    _, responses = client.noop()
    return _new_mail(responses) or news


def _new_mail(responses: list[tuple[object, ...]]) -> bool:
    if any(response[:1] == (b"BYE",) for response in responses):
        raise IMAPClientAbortError(f"the server ended the connection: {responses!r}")
    return any(len(response) > 1 and response[1] == b"EXISTS" for response in responses)
