"""Who calls: Meta for two channels, Verimor, Telegram, BiP, a system of the house, and our own pages."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import BaseModel

from connectors.base import WebhookRequest
from connectors.bip.settings import BipSettings
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import sign
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.connectors.bip.conftest import PATH_SECRET, called
from tests.connectors.facebook import accounts as facebook_accounts
from tests.connectors.http_channel.conftest import SECRET
from tests.connectors.sms.accounts import PUSH_SECRET, verimor_settings
from tests.connectors.telegram import accounts as telegram_accounts
from tests.connectors.whatsapp import accounts as whatsapp_accounts
from tests.kill.mixed_source import PATIENCE, Calling
from tests.servers import bip, facebook, telegram, verimor, whatsapp_cloud
from tests.web.api.app import AT_ONCE, KEY


class Hooked(Calling):
    """Called at its account's webhook."""

    def post(self, request: WebhookRequest) -> httpx.Request:
        """The call at the account's address."""
        path = f"/hooks/{self.channel}/{self.name}" + (f"/{request.path}" if request.path else "")
        return httpx.Request(
            "POST", f"http://desk{path}", content=request.body, headers=dict(request.headers)
        )


class WhatsApp(Hooked):
    name, channel, phones, several = "whatsapp", Channel.WHATSAPP, "530", 3

    def __init__(self) -> None:
        self.server = whatsapp_cloud.WhatsAppCloudServer()

    def settings(self) -> BaseModel:
        return whatsapp_accounts.cloud_settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        now = str(int(datetime.now(UTC).timestamp()))
        items = [
            {"from": self.phone(each), "id": f"wamid.{each:08d}", "timestamp": now, "type": "text",
             "text": {"body": self.text(each)}}
            for each in numbers
        ]  # fmt: skip
        told = {"display_phone_number": "902120000000", "phone_number_id": whatsapp_cloud.NUMBER_ID}
        value = {"messaging_product": "whatsapp", "metadata": told, "messages": items}
        entry = {"id": whatsapp_cloud.ACCOUNT_ID, "changes": [{"field": "messages", "value": value}]}
        body = {"object": "whatsapp_business_account", "entry": [entry]}
        return self.post(whatsapp_accounts.signed(json.dumps(body).encode()))

    def recipient(self, number: int) -> Urn:
        return Urn("whatsapp", self.phone(number))

    def left(self) -> Counter[str]:
        return Counter(f"whatsapp:{each['to'].lstrip('+')}" for each in self.server.sent)


class Facebook(Hooked):
    name, channel, several = "facebook", Channel.FACEBOOK, 3

    def __init__(self) -> None:
        self.server = facebook.FacebookServer()

    def settings(self) -> BaseModel:
        return facebook_accounts.settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        now = int(datetime.now(UTC).timestamp() * 1000)
        items = [
            {"sender": {"id": self._person(each)}, "recipient": {"id": facebook.PAGE}, "timestamp": now,
             "message": {"mid": f"m_{each:08d}", "text": self.text(each)}}
            for each in numbers
        ]  # fmt: skip
        body = {"object": "page", "entry": [{"id": facebook.PAGE, "time": now, "messaging": items}]}
        return self.post(facebook_accounts.signed(json.dumps(body).encode()))

    def _person(self, number: int) -> str:
        return f"44001100220{number:05d}"

    def recipient(self, number: int) -> Urn:
        return Urn("facebook", self._person(number))

    def left(self) -> Counter[str]:
        return Counter(f"facebook:{each['to']}" for each in self.server.sent)


class Verimor(Hooked):
    """It is asked, too: what it pushed is listed there as well, and must not count twice."""

    name, channel, phones, several = "verimor", Channel.SMS, "531", 3

    def __init__(self) -> None:
        self.server = verimor.VerimorServer()

    def settings(self) -> BaseModel:
        return verimor_settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        self.server.clock = datetime.now(UTC)
        items = [
            self.server.pushed(self.server.receive(self.phone(each), self.text(each))) for each in numbers
        ]
        headers = {"content-type": "application/json"}
        body = json.dumps(items, ensure_ascii=False).encode()
        return self.post(
            WebhookRequest(method="POST", path=PUSH_SECRET, query=(), headers=headers, body=body)
        )

    def left(self) -> Counter[str]:
        sent = [each["messages"][0]["dest"] for each in self.server.campaigns.values()]
        return Counter(f"tel:+90{each[-10:]}" for each in sent)


class TelegramCalls(Hooked):
    name, channel = "telegram-hook", Channel.TELEGRAM
    first = 600_000_000

    def __init__(self) -> None:
        self.server = telegram.TelegramServer()
        self.server.chats = set(range(self.first, self.first + 1000))

    def settings(self) -> BaseModel:
        return telegram_accounts.webhook_settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        (number,) = numbers
        person = {"id": self.first + number, "is_bot": False, "first_name": "A"}
        chat = {"id": self.first + number, "type": "private"}
        message = {"message_id": number, "date": int(datetime.now(UTC).timestamp()), "from": person,
                   "text": self.text(number), "chat": chat}  # fmt: skip
        update = {"update_id": 840_000_000 + number, "message": message}
        return self.post(telegram_accounts.call(json.dumps(update).encode()))

    def recipient(self, number: int) -> Urn:
        return Urn("telegram", str(self.first + number))

    def left(self) -> Counter[str]:
        return Counter(f"telegram:{each['chat']['id']}" for each in self.server.sent)


class Bip(Hooked):
    """It calls once: what it was not answered for may be lost, and what it was answered for may not."""

    name, channel, phones, several, insists = "bip", Channel.BIP, "532", 3, False

    def __init__(self) -> None:
        self.server = bip.BipServer()
        self.server.users = self.server.followers = {self.phone(each) for each in range(1000)}

    def settings(self) -> BaseModel:
        given = {"username": bip.USERNAME, "password": bip.PASSWORD, "path_secret": PATH_SECRET}
        return BipSettings.model_validate(given | {"base_url": self.server.url, "timeout_seconds": PATIENCE})

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        self.server.clock = datetime.now(UTC)
        items = [self.server.forwarded(self.text(each), self.phone(each)) for each in numbers]
        return self.post(called(bip.listed(items), path=PATH_SECRET))

    def recipient(self, number: int) -> Urn:
        return Urn("bip", self.phone(number))

    def left(self) -> Counter[str]:
        return Counter(f"bip:{each['receiver']['address']}" for each in self.server.taken.values())


class House(Hooked):
    name, channel, phones, several = "ebys", Channel.HTTP, "533", 3

    def settings(self) -> BaseModel:
        return HttpSettings.model_validate({"secret": SECRET})

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        items: list[Mapping[str, Any]] = [
            {"id": f"evrak-{each}", "text": self.text(each), "sender": {"phone": f"+{self.phone(each)}"}}
            for each in numbers
        ]
        body, stamp = json.dumps(items).encode(), str(int(datetime.now(UTC).timestamp()))
        headers = {"x-beyazmasa-signature": f"t={stamp},v1={sign(SECRET.encode(), stamp, body)}"}
        return self.post(WebhookRequest(method="POST", path="", query=(), headers=headers, body=body))


class Form(Calling):
    """The page: a citizen who sees no receipt sends the same form again."""

    name, channel, phones = "webform", Channel.WEBFORM, "534"

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        (number,) = numbers
        fields = {"key": f"one-view-of-a-page-{number:06d}", "text": self.text(number)}
        return httpx.Request(
            "POST",
            "http://desk/",
            data=fields | {"phone": f"+{self.phone(number)}"},
            files=[("files", ("", b""))],
            headers=_from(number),
        )


class App(Calling):
    name, channel, phones = "mobile", Channel.MOBILE, "535"

    def call(self, numbers: Sequence[int]) -> httpx.Request:
        (number,) = numbers
        report = {"text": self.text(number), "contact": {"phone": f"+{self.phone(number)}"}}
        headers = KEY | AT_ONCE | {"Idempotency-Key": f"report-{number}"} | _from(number)
        return httpx.Request("POST", "http://desk/api/v1/cases", json=report, headers=headers)


def _from(number: int) -> dict[str, str]:
    """Every citizen has an address of their own, as the proxy in front of a desk tells it."""
    return {"x-forwarded-for": f"203.0.{113 + number // 200}.{1 + number % 200}"}
