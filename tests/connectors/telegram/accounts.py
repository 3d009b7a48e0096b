"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.base import ConnectorContext, PollConnector, WebhookRequest
from connectors.telegram.settings import TelegramSettings
from domain.messages import Accepted, InboundMessage
from tests.servers import telegram

PUBLIC_URL = "https://masa.example/hooks/telegram/bot"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
Build = Callable[..., Any]
"""A fixture that makes connectors, or texts, from what is given."""


def settings(**more: Any) -> TelegramSettings:
    return TelegramSettings(**{"token": telegram.TOKEN} | more)


def webhook_settings(**more: Any) -> TelegramSettings:
    return settings(**{"mode": "webhook", "secret_token": telegram.SECRET} | more)


def context(given: TelegramSettings, now: Callable[[], datetime] = lambda: NOW) -> ConnectorContext:
    return ConnectorContext(account_id=8, name="bot", settings=given, now=now, public_url=PUBLIC_URL)


def call(body: bytes, secret: str | None = telegram.SECRET, method: str = "POST") -> WebhookRequest:
    headers = {"content-type": "application/json"}
    if secret is not None:
        headers["x-telegram-bot-api-secret-token"] = secret
    return WebhookRequest(method=method, path="", query=(), headers=headers, body=body)


def messages(items: Sequence[Accepted]) -> list[InboundMessage]:
    """The items, every one of which must be a message."""
    assert not [item for item in items if not isinstance(item, InboundMessage)]
    return [item for item in items if isinstance(item, InboundMessage)]


def texts(items: Sequence[Accepted]) -> list[str]:
    return [message.text for message in messages(items)]


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """Poll until there is no more; the texts in order, and the last cursor."""
    found: list[str] = []
    while True:
        batch = connector.poll(cursor)
        found += texts(batch.items)
        cursor = batch.cursor
        if not batch.more:
            return found, cursor
