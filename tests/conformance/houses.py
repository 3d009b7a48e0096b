"""What the municipality's own pages and systems bring."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from connectors.base import WebhookRequest
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import sign
from connectors.mobile.settings import MobileSettings
from connectors.phone_line.settings import PhoneLineSettings
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from tests.conformance.subject import NOON, Called, Subject, mark
from tests.connectors.http_channel.conftest import SECRET


class SignedHttp(Called):
    name, channel = "http", Channel.HTTP
    secrets = (SECRET,)
    in_part = 422  # a system of the house can be told which item it has to mend

    def settings(self) -> BaseModel:
        return HttpSettings.model_validate({"secret": SECRET})

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        items: list[dict[str, Any]] = [{"id": mark(text), "text": text} for text in texts]
        if bad:
            items.insert(len(items) // 2, {"id": "bozuk", "text": ["bozuk"]})
        return self._signed(json.dumps(items).encode(), SECRET)

    def _signed(self, body: bytes, secret: str) -> WebhookRequest:
        stamp = str(int(NOON.timestamp()))
        headers = {"x-beyazmasa-signature": f"t={stamp},v1={sign(secret.encode(), stamp, body)}"}
        return WebhookRequest(method="POST", path="", query=(), headers=headers, body=body)

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return self._signed(call.body, SECRET[::-1])


class Page(Subject):
    """A channel of our own pages: it is neither asked nor called, its pages have tests of their own."""

    def settings(self) -> BaseModel:
        return CONNECTORS[self.channel].settings.model_validate({})


class Webform(Page):
    name, channel = "webform", Channel.WEBFORM


class Webchat(Page):
    name, channel = "webchat", Channel.WEBCHAT


class CallCentre(Page):
    name, channel = "call_centre", Channel.CALL_CENTRE


class ContactPoint(Page):
    name, channel = "contact_point", Channel.CONTACT_POINT


class Field(Page):
    name, channel = "field", Channel.FIELD


class Mobile(Subject):
    name, channel = "mobile", Channel.MOBILE
    secrets = ("kanarya-7e1f0c9b2a4d5e6f8091a2b3c4d5e6f7",)

    def settings(self) -> BaseModel:
        return MobileSettings.model_validate({"app_keys": f"uygulama:{self.secrets[0]}"})


class PhoneLine(Subject):
    name, channel = "phone_line", Channel.PHONE_LINE
    secrets = ("kanarya-90ab12cd34ef56ab78cd90ef12ab34cd",)

    def settings(self) -> BaseModel:
        return PhoneLineSettings.model_validate(
            {"auth_token": self.secrets[0], "agent_number": "+902120000000"}
        )
