"""An account of the generic HTTP channel, and calls as an in-house system makes them."""

import json
from datetime import datetime
from typing import Any

import pytest

from connectors.base import ConnectorContext, WebhookRequest
from connectors.http_channel import HTTP
from connectors.http_channel.connector import HttpChannel
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import sign
from tests.connectors.building import NOW, Build

SECRET = "kanarya-4f1c9a7be2d84d5aa0c3f6e19b"
OLD = "eski-kanarya-77aa5be2d84d5aa0c3f6e1"


@pytest.fixture
def build() -> Build:
    """Makes the account; every setting may be given."""

    def make(now: datetime = NOW, **more: Any) -> HttpChannel:
        settings = HttpSettings(**{"secret": SECRET} | more)
        context = ConnectorContext(account_id=3, name="ebys", settings=settings, now=lambda: now)
        channel = HTTP.build(context)
        assert isinstance(channel, HttpChannel)
        return channel

    return make


@pytest.fixture
def call() -> Build:
    """Makes a signed call; `header` replaces the signature's header, None leaves it out."""

    def make(
        value: object = (),
        *,
        body: bytes | None = None,
        secret: str = SECRET,
        at: float = NOW.timestamp(),
        header: str | None = "",
        method: str = "POST",
        path: str = "",
    ) -> WebhookRequest:
        content = json.dumps(value).encode() if body is None else body
        stamp = str(int(at))
        signature = header or f"t={stamp},v1={sign(secret.encode(), stamp, content)}"
        headers = {} if header is None else {"x-beyazmasa-signature": signature}
        return WebhookRequest(method=method, path=path, query=(), headers=headers, body=content)

    return make
