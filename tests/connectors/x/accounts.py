"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.base import ConnectorContext, WebhookRequest
from connectors.x import XConnector
from connectors.x.settings import XSettings
from tests.connectors.building import Build
from tests.servers import x
from tests.servers.x import XServer

NOW = x.NOW


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


def only(build: Build, source: str, **more: Any) -> XConnector:
    """A connector that asks for one source alone."""
    switches = {"poll_mentions": source == "mentions", "poll_messages": source == "messages"}
    connector: XConnector = build(**switches | more)
    return connector


def asked(server: XServer, path: str) -> list[dict[str, str]]:
    return [one.query for one in server.calls if one.path.endswith(path)]
