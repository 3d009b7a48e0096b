"""What Twilio's calls are answered, and where it is asked to report to, with our own id in the address: a
report may come before send's answer (S9)."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from connectors.base import WebhookReply

EMPTY_TWIML = WebhookReply(
    body=b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', media_type="text/xml; charset=utf-8"
)
NO_CONTENT = WebhookReply(status=204)
"""What Twilio is answered to a message, and to a status callback."""
_OUR_ID = "our_id"


def status_callback(url: str, our_id: str) -> str | None:
    """The address to report to; None when Twilio could not reach it: it refuses a message whose callback is
    not valid (21609)."""
    if not _reachable_from_outside(url):
        return None
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode({_OUR_ID: our_id})}"


def reported_id(query: Sequence[tuple[str, str]]) -> str | None:
    """Our own id in the query of a status callback."""
    return dict(query).get(_OUR_ID)


def _reachable_from_outside(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host
