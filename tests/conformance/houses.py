"""What is called by the municipality's own systems: the signed HTTP channel."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from connectors.base import WebhookRequest
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import sign
from domain.vocabulary import Channel
from tests.conformance.subject import NOON, Called, mark
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
