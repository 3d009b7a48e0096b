"""BiP's stand-in, accounts at it, and calls as BiP makes them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.base import ConnectorContext, OutboundText, WebhookRequest
from connectors.bip import BIP
from connectors.bip.connector import Bip
from connectors.bip.settings import BipSettings
from domain.urn import Urn
from tests.servers.bip import PASSWORD, PHONE, USERNAME, BipServer, basic

Build = Callable[..., Any]
PATH_SECRET = "uzun-ve-rastgele-parca-81"


@pytest.fixture
def server() -> Iterator[BipServer]:
    with BipServer() as running:
        yield running


@pytest.fixture
def build(server: BipServer) -> Iterator[Build]:
    """Makes accounts at the stand-in; every setting may be given."""
    built: list[Bip] = []

    def make(**more: Any) -> Bip:
        given = {"username": USERNAME, "password": PASSWORD, "base_url": server.url} | more
        context = ConnectorContext(
            account_id=5, name="bip", settings=BipSettings(**given), now=lambda: server.clock
        )
        account = BIP.build(context)
        assert isinstance(account, Bip)
        built.append(account)
        return account

    yield make
    for account in built:
        account.close()


@pytest.fixture
def bip(build: Build) -> Bip:
    account = build()
    assert isinstance(account, Bip)
    return account


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""

    def make(text: str = "Başvurunuz alındı", **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("bip", PHONE), "our_id": "n7", "text": text}
        return OutboundText(**given | more)

    return make


def called(
    value: object = (),
    *,
    body: bytes | None = None,
    path: str = "",
    authorization: str | None = basic(USERNAME, PASSWORD),
    method: str = "POST",
    client: str = "203.0.113.7",
) -> WebhookRequest:
    content = json.dumps(value, ensure_ascii=False).encode() if body is None else body
    headers = {} if authorization is None else {"authorization": authorization}
    return WebhookRequest(method=method, path=path, query=(), headers=headers, body=content, client=client)
