"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import ConnectorContext, WebhookRequest
from connectors.facebook import FacebookConnector
from connectors.facebook.settings import FacebookSettings
from domain.messages import Accepted, InboundMessage
from tests.servers import facebook

PUBLIC_URL = "https://masa.example/hooks/facebook/sayfa"
VERIFY_TOKEN = "dogrulama-parcasi-5512"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
Build = Callable[..., Any]
"""A fixture that makes connectors, or texts, from what is given."""


def settings(**more: Any) -> FacebookSettings:
    given = {
        "page_id": facebook.PAGE,
        "app_id": facebook.APP,
        "access_token": facebook.TOKEN,
        "app_secret": facebook.APP_SECRET,
        "verify_token": VERIFY_TOKEN,
    }
    return FacebookSettings(**given | more)


def context(given: FacebookSettings, now: Callable[[], datetime] = lambda: NOW) -> ConnectorContext:
    return ConnectorContext(account_id=8, name="sayfa", settings=given, now=now, public_url=PUBLIC_URL)


def signed(body: bytes, secret: str = facebook.APP_SECRET) -> WebhookRequest:
    """A webhook call as Meta makes it."""
    headers = {"x-hub-signature-256": facebook.sign(body, secret)}
    return WebhookRequest(method="POST", path="", query=(), headers=headers, body=body)


def messages(items: Sequence[Accepted]) -> list[InboundMessage]:
    """The items, every one of which must be a message."""
    assert not [item for item in items if not isinstance(item, InboundMessage)]
    return [item for item in items if isinstance(item, InboundMessage)]


def texts(items: Sequence[Accepted]) -> list[str]:
    return [message.text for message in messages(items)]


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def at(minutes: float) -> str:
    """A time so many minutes after now, as the Graph API writes it."""
    return (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def whole_sweep(desk: FacebookConnector, cursor: str) -> tuple[list[Accepted], str]:
    """Polls until there is no more, as the pipeline does."""
    found: list[Accepted] = []
    while True:
        batch = desk.poll(cursor)
        found += batch.items
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def ids(items: list[Accepted]) -> list[str]:
    return [item.external_id for item in items]
