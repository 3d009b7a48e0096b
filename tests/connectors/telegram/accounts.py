"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.base import ConnectorContext, WebhookRequest
from connectors.telegram.settings import TelegramSettings
from tests.connectors.building import NOW
from tests.servers import telegram

PUBLIC_URL = "https://masa.example/hooks/telegram/bot"


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
