"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from connectors.base import ConnectorContext, PollConnector, WebhookRequest
from connectors.x import XConnector
from connectors.x.settings import XSettings
from domain.messages import Accepted, InboundMessage
from tests.servers import x
from tests.servers.x import XServer

NOW = x.NOW
Build = Callable[..., Any]
"""A fixture that makes connectors, or texts, from what is given."""


def settings(**more: Any) -> XSettings:
    given = {
        "consumer_key": x.CONSUMER_KEY,
        "consumer_secret": x.CONSUMER_SECRET,
        "access_token": x.ACCESS_TOKEN,
        "access_token_secret": x.ACCESS_SECRET,
    }
    return XSettings(**given | more)


def context(given: XSettings, now: Callable[[], datetime] = lambda: NOW) -> ConnectorContext:
    return ConnectorContext(account_id=9, name="hesap", settings=given, now=now)


def call(body: bytes, signature: str | None = None, method: str = "POST") -> WebhookRequest:
    """A call with its proper signature, or with the one given; an empty one stands for none."""
    given = x.sign(body) if signature is None else signature
    headers = {"content-type": "application/json"} | (
        {"x-twitter-webhooks-signature": given} if given else {}
    )
    return WebhookRequest(method=method, path="", query=(), headers=headers, body=body)


def challenge(*query: tuple[str, str]) -> WebhookRequest:
    return WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")


def messages(items: Sequence[Accepted]) -> list[InboundMessage]:
    """The items, every one of which must be a message."""
    assert not [item for item in items if not isinstance(item, InboundMessage)]
    return [item for item in items if isinstance(item, InboundMessage)]


def texts(items: Sequence[Accepted]) -> list[str]:
    return [message.text for message in messages(items)]


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """Poll until there is no more; the texts in the order they came, and the last cursor."""
    found: list[str] = []
    while True:
        batch = connector.poll(cursor)
        assert batch.trouble is None
        found += texts(batch.items)
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def only(build: Build, source: str, **more: Any) -> XConnector:
    """A connector that asks for one source alone."""
    switches = {"poll_mentions": source == "mentions", "poll_messages": source == "messages"}
    connector: XConnector = build(**switches | more)
    return connector


def asked(server: XServer, path: str) -> list[dict[str, str]]:
    return [one.query for one in server.calls if one.path.endswith(path)]
