"""Accounts at the stand-ins, as a deployment would configure them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.base import ConnectorContext
from connectors.sms.settings import SmsSettings
from tests.connectors.building import NOW
from tests.servers import netgsm, smsc, twilio, verimor

PUBLIC_URL = "https://masa.example/hooks/sms/7"
PUSH_SECRET = "uzun-ve-rastgele-parca-81"


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
