"""Accounts at the stand-ins, as a deployment would configure them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.base import ConnectorContext, PollConnector
from connectors.sms.settings import SmsSettings
from domain.messages import Accepted, InboundMessage
from tests.servers import netgsm, smsc, twilio, verimor

PUBLIC_URL = "https://masa.example/hooks/sms/7"
PUSH_SECRET = "uzun-ve-rastgele-parca-81"
Build = Callable[..., Any]
"""A fixture that makes connectors, or texts, from what is given."""

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def context(settings: SmsSettings, now: Callable[[], datetime] = lambda: NOW) -> ConnectorContext:
    return ConnectorContext(account_id=7, name="1530", settings=settings, now=now, public_url=PUBLIC_URL)


def twilio_settings(**more: Any) -> SmsSettings:
    given = {
        "provider": "twilio",
        "account_sid": twilio.SID,
        "auth_token": twilio.TOKEN,
        "sender": twilio.NUMBER,
    }
    return SmsSettings(**given | more)


def verimor_settings(**more: Any) -> SmsSettings:
    given = {
        "provider": "verimor",
        "username": verimor.USERNAME,
        "password": verimor.PASSWORD,
        "push_secret": PUSH_SECRET,
        "sender": verimor.HEADER,
    }
    return SmsSettings(**given | more)


def netgsm_settings(**more: Any) -> SmsSettings:
    given = {
        "provider": "netgsm",
        "username": netgsm.USERNAME,
        "password": netgsm.PASSWORD,
        "sender": netgsm.HEADER,
    }
    return SmsSettings(**given | more)


def smpp_settings(**more: Any) -> SmsSettings:
    given: dict[str, Any] = {
        "provider": "smpp",
        "host": "127.0.0.1",
        "username": smsc.SYSTEM_ID,
        "password": smsc.PASSWORD,
        "sender": smsc.DESK,
        "timeout_seconds": 5.0,
    }
    return SmsSettings(**given | more)


def messages(items: Sequence[Accepted]) -> list[InboundMessage]:
    """The items, every one of which must be a message."""
    assert not [item for item in items if not isinstance(item, InboundMessage)]
    return [item for item in items if isinstance(item, InboundMessage)]


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """Poll until there is no more; the texts in order, and the last cursor."""
    texts: list[str] = []
    while True:
        batch = connector.poll(cursor)
        texts += [message.text for message in messages(batch.items)]
        cursor = batch.cursor
        if not batch.more:
            return texts, cursor
