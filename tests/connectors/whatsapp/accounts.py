"""Accounts at the stand-ins, as a deployment would configure them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.base import ConnectorContext, WebhookRequest
from connectors.whatsapp.settings import WhatsAppSettings
from domain.urn import Urn
from tests.connectors.building import NOW
from tests.servers import twilio, whatsapp_cloud

PUBLIC_URL = "https://masa.example/hooks/whatsapp/hat"
VERIFY_TOKEN = "dogrulama-parcasi-5512"
SENDER = "+902120000000"
CITIZEN = Urn("whatsapp", "905320000001")
ADDRESS = "whatsapp:+905320000001"
"""The citizen as Twilio writes them."""


def context(settings: WhatsAppSettings, now: Callable[[], datetime] = lambda: NOW) -> ConnectorContext:
    return ConnectorContext(account_id=8, name="hat", settings=settings, now=now, public_url=PUBLIC_URL)


def cloud_settings(**more: Any) -> WhatsAppSettings:
    given = {
        "provider": "cloud",
        "phone_number_id": whatsapp_cloud.NUMBER_ID,
        "access_token": whatsapp_cloud.TOKEN,
        "app_secret": whatsapp_cloud.APP_SECRET,
        "verify_token": VERIFY_TOKEN,
    }
    return WhatsAppSettings(**given | more)


def twilio_settings(**more: Any) -> WhatsAppSettings:
    given = {
        "provider": "twilio",
        "account_sid": twilio.SID,
        "auth_token": twilio.TOKEN,
        "sender": SENDER,
    }
    return WhatsAppSettings(**given | more)


def signed(body: bytes, secret: str = whatsapp_cloud.APP_SECRET) -> WebhookRequest:
    """A webhook call as Meta makes it."""
    headers = {"x-hub-signature-256": whatsapp_cloud.sign(body, secret)}
    return WebhookRequest(method="POST", path="", query=(), headers=headers, body=body)
