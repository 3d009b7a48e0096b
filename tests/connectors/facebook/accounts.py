"""Accounts at the stand-in, as a deployment would configure them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.base import ConnectorContext, WebhookRequest
from connectors.facebook.settings import FacebookSettings
from domain.messages import Accepted
from tests.connectors.building import NOW
from tests.servers import facebook

PUBLIC_URL = "https://masa.example/hooks/facebook/sayfa"
VERIFY_TOKEN = "dogrulama-parcasi-5512"


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


def at(minutes: float) -> str:
    """A time so many minutes after now, as the Graph API writes it."""
    return (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def ids(items: list[Accepted]) -> list[str]:
    return [item.external_id for item in items]
