"""Calls as Twilio makes them, whatever they carry."""

from urllib.parse import urlencode

from connectors.base import WebhookRequest
from tests.servers.twilio import sign


def twilio_call(
    address: str, form: dict[str, str], path: str = "", query: tuple[tuple[str, str], ...] = ()
) -> WebhookRequest:
    """A form, signed over the public address of the account and what follows it."""
    raw_query = urlencode(query)
    url = address + (f"/{path}" if path else "") + (f"?{raw_query}" if raw_query else "")
    return WebhookRequest(
        method="POST",
        path=path,
        query=query,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": sign(url, form),
        },
        body=urlencode(form).encode(),
        raw_query=raw_query,
    )
