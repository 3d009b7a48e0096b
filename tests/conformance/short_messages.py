"""The providers of short messages."""

import json
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel

from connectors.base import WebhookRequest
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.conformance.at_twilio import AtTwilio
from tests.conformance.subject import AtProvider, Called, Polled, Sends
from tests.connectors.sms.accounts import PUSH_SECRET, netgsm_settings, twilio_settings, verimor_settings
from tests.servers import netgsm, twilio, verimor
from tests.servers.standin import Answer, Fault

CITIZEN = Urn("tel", "+905320000001")


class Twilio(AtTwilio):
    name, channel, recipient = "sms-twilio", Channel.SMS, CITIZEN
    citizen, number = CITIZEN.path, twilio.NUMBER

    def make_server(self) -> twilio.TwilioServer:
        return twilio.TwilioServer()

    def settings(self) -> BaseModel:
        return twilio_settings(base_url=self.server.url, timeout_seconds=1.0, poll=True)


class Verimor(AtProvider, Called, Polled, Sends):
    name, channel, recipient = "sms-verimor", Channel.SMS, CITIZEN
    secrets = (verimor.PASSWORD, PUSH_SECRET)
    expired = Fault(answer=Answer(status=401, body="Geçersiz kullanıcı adı/şifre".encode()))

    def make_server(self) -> verimor.VerimorServer:
        return verimor.VerimorServer()

    def settings(self) -> BaseModel:
        return verimor_settings(base_url=self.server.url, timeout_seconds=1.0)

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        items = [self._item(text) for text in texts]
        if bad:
            items.insert(len(items) // 2, {"message_id": 4711, "content": ["bozuk"], "type": "inbound"})
        body = json.dumps(items, ensure_ascii=False).encode()
        headers = {"content-type": "application/json"}
        return WebhookRequest(method="POST", path=PUSH_SECRET, query=(), headers=headers, body=body)

    def _item(self, text: str) -> dict[str, object]:
        known = {item["content"]: item for item in self.server.inbound}
        item: dict[str, object] = known.get(text) or self.server.receive(CITIZEN.path[1:], text)
        return dict(self.server.pushed(item))

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return replace(call, path=PUSH_SECRET[:-1] + "x")

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for number, text in enumerate(texts):
            if bad and number == len(texts) // 2:
                self.server.receive(CITIZEN.path[1:], ["bozuk"])
            self.server.receive(CITIZEN.path[1:], text)


class Netgsm(AtProvider, Polled, Sends):
    name, channel, recipient = "sms-netgsm", Channel.SMS, CITIZEN
    secrets = (netgsm.PASSWORD,)
    expired = Fault(answer=netgsm.refused("30"))

    def make_server(self) -> netgsm.NetgsmServer:
        return netgsm.NetgsmServer()

    def settings(self) -> BaseModel:
        return netgsm_settings(base_url=self.server.url, timeout_seconds=1.0, first_poll_hours=3)

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for number, text in enumerate(texts):
            if bad and number == len(texts) // 2:
                self.server.receive("5320000001", {"parça": 1})
            self.server.receive("5320000001", text)
