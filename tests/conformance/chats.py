"""The chat services: WhatsApp by both its providers, Telegram in both its ways, Facebook, X, BiP."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from connectors.base import WebhookRequest
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.conformance.at_twilio import AtTwilio
from tests.conformance.subject import NOON, AtProvider, Called, Polled, Sends, mark
from tests.connectors.bip.conftest import PATH_SECRET, called
from tests.connectors.facebook import accounts as facebook_accounts
from tests.connectors.telegram import accounts as telegram_accounts
from tests.connectors.whatsapp import accounts as whatsapp_accounts
from tests.connectors.x import accounts as x_accounts
from tests.servers import bip, facebook, telegram, twilio_whatsapp, whatsapp_cloud, x
from tests.servers.standin import Fault, json_answer


class WhatsAppCloud(AtProvider, Called, Sends):
    name, channel = "whatsapp-cloud", Channel.WHATSAPP
    recipient = Urn("whatsapp", whatsapp_cloud.CITIZEN)
    secrets = (whatsapp_cloud.TOKEN, whatsapp_cloud.APP_SECRET, whatsapp_accounts.VERIFY_TOKEN)
    expired = Fault(answer=json_answer(401, whatsapp_cloud.error_body(190, "expired", 463)))

    def make_server(self) -> whatsapp_cloud.WhatsAppCloudServer:
        return whatsapp_cloud.WhatsAppCloudServer()

    def settings(self) -> BaseModel:
        return whatsapp_accounts.cloud_settings(base_url=self.server.url, timeout_seconds=1.0)

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        items: list[Any] = [
            {"from": whatsapp_cloud.CITIZEN, "id": f"wamid.{mark(text)}", "timestamp": "1777887000",
             "type": "text", "text": {"body": text}}
            for text in texts
        ]  # fmt: skip
        if bad:
            items.insert(len(items) // 2, {"id": "wamid.bozuk", "type": "text", "text": ["bozuk"]})
        told = {"display_phone_number": "902120000000", "phone_number_id": whatsapp_cloud.NUMBER_ID}
        value = {"messaging_product": "whatsapp", "metadata": told, "messages": items}
        changes = [{"field": "messages", "value": value}]
        entry = [{"id": whatsapp_cloud.ACCOUNT_ID, "changes": changes}]
        body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
        return whatsapp_accounts.signed(body)

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return whatsapp_accounts.signed(call.body, "0" * 32)


class WhatsAppTwilio(AtTwilio):
    name, channel = "whatsapp-twilio", Channel.WHATSAPP
    recipient = whatsapp_accounts.CITIZEN
    citizen, number = whatsapp_accounts.ADDRESS, twilio_whatsapp.SENDER

    def make_server(self) -> twilio_whatsapp.TwilioWhatsAppServer:
        return twilio_whatsapp.TwilioWhatsAppServer()

    def settings(self) -> BaseModel:
        return whatsapp_accounts.twilio_settings(base_url=self.server.url, timeout_seconds=1.0)


class TelegramPolled(AtProvider, Polled, Sends):
    name, channel = "telegram-poll", Channel.TELEGRAM
    recipient = Urn("telegram", str(telegram.CITIZEN))
    secrets = (telegram.TOKEN,)
    expired = Fault(answer=json_answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))

    def make_server(self) -> telegram.TelegramServer:
        return telegram.TelegramServer()

    def settings(self) -> BaseModel:
        return telegram_accounts.settings(base_url=self.server.url, timeout_seconds=1.0)

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for number, text in enumerate(texts):
            if bad and number == len(texts) // 2:
                self.server.push({"message": {"date": "x", "chat": ["bozuk"]}})
            self.server.receive(text)


class TelegramCalled(AtProvider, Called):
    name, channel = "telegram-webhook", Channel.TELEGRAM
    secrets = (telegram.TOKEN, telegram.SECRET)
    batches = False

    def make_server(self) -> telegram.TelegramServer:
        return telegram.TelegramServer()

    def settings(self) -> BaseModel:
        return telegram_accounts.webhook_settings(base_url=self.server.url, timeout_seconds=1.0)

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        (text,) = texts
        number = int(mark(text)[:7], 16)
        person = {"id": telegram.CITIZEN, "is_bot": False, "first_name": "A"}
        message = {"message_id": number, "date": telegram.NOW, "text": text, "from": person,
                   "chat": {"id": telegram.CITIZEN, "type": "private"}}  # fmt: skip
        return telegram_accounts.call(json.dumps({"update_id": number, "message": message}).encode())

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return telegram_accounts.call(call.body, "baska-bir-gizli-99")


class Facebook(AtProvider, Called, Polled, Sends):
    name, channel, recipient = "facebook", Channel.FACEBOOK, Urn("facebook", facebook.CITIZEN)
    secrets = (facebook.TOKEN, facebook.APP_SECRET, facebook_accounts.VERIFY_TOKEN)
    expired = Fault(answer=json_answer(400, facebook.error_body(190, "expired", 463)))

    def make_server(self) -> facebook.FacebookServer:
        return facebook.FacebookServer()

    def settings(self) -> BaseModel:
        return facebook_accounts.settings(base_url=self.server.url, timeout_seconds=1.0)

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        items = [self._item(f"m_{mark(text)}", {"text": text}) for text in texts]
        if bad:
            items.insert(len(items) // 2, self._item("m_bozuk", {"text": ["bozuk"]}))
        entry = [{"id": facebook.PAGE, "time": 1777887001000, "messaging": items}]
        return facebook_accounts.signed(json.dumps({"object": "page", "entry": entry}).encode())

    def _item(self, mid: str, message: dict[str, Any]) -> dict[str, Any]:
        who = {"sender": {"id": facebook.CITIZEN}, "recipient": {"id": facebook.PAGE}}
        return who | {"timestamp": 1777887000000, "message": {"mid": mid} | message}

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return facebook_accounts.signed(call.body, "0" * 32)

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        posts: list[dict[str, Any]] = []
        for number, text in enumerate(texts, start=len(self.server.posts) + 1):
            if bad and number == 1 + len(texts) // 2:
                posts.insert(0, facebook.post(900, _at(number), {"bozuk": 1}, author=facebook.CITIZEN))  # type: ignore[arg-type]
            posts.insert(0, facebook.post(number, _at(number), text, author=facebook.CITIZEN))
        self.server.posts = posts + self.server.posts


def _at(number: int) -> str:
    moment: datetime = NOON - timedelta(minutes=10) + timedelta(seconds=number)
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


class XAccount(AtProvider, Called, Polled, Sends):
    name, channel, recipient = "x", Channel.X, Urn("x", x.CITIZEN)
    secrets = (x.CONSUMER_SECRET, x.ACCESS_TOKEN, x.ACCESS_SECRET)
    batches = spoils = False

    def make_server(self) -> x.XServer:
        return x.XServer()

    def settings(self) -> BaseModel:
        return x_accounts.settings(base_url=self.server.url, timeout_seconds=1.0)

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        (text,) = texts
        number = str(1786000000000000000 + int(mark(text)[:10], 16))
        payload = {
            "id": number,
            "text": text,
            "author_id": x.CITIZEN,
            "created_at": "2026-05-04T09:29:00.000Z",
        }
        return x_accounts.call(x.event("post.mention.create", payload, event_uuid=number))

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return x_accounts.call(call.body, x.sign(call.body, "baska-bir-gizli"))

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for text in texts:
            self.server.mention(text)


class Bip(AtProvider, Called, Sends):
    name, channel, recipient = "bip", Channel.BIP, Urn("bip", bip.PHONE)
    secrets = (bip.PASSWORD, PATH_SECRET)

    def make_server(self) -> bip.BipServer:
        self.items: dict[str, Any] = {}
        return bip.BipServer()

    def settings(self) -> BaseModel:
        from connectors.bip.settings import BipSettings

        given = {"username": bip.USERNAME, "password": bip.PASSWORD, "path_secret": PATH_SECRET}
        return BipSettings.model_validate(given | {"base_url": self.server.url, "timeout_seconds": 1.0})

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        for text in texts:
            self.items.setdefault(text, self.server.forwarded(text))
        items = [self.items[text] for text in texts]
        if bad:
            items.insert(len(items) // 2, {"request": ["bozuk"]})
        return called(bip.listed(items), path=PATH_SECRET)

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return replace(call, path="", headers={"authorization": bip.basic(bip.USERNAME, "baska-parola")})
