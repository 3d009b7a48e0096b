"""BiP's stand-in, accounts at it, and calls as BiP makes them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from connectors.base import ConnectorContext, WebhookRequest
from connectors.bip import BIP
from connectors.bip.connector import Bip
from connectors.bip.settings import BipSettings
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.servers.bip import PASSWORD, PHONE, USERNAME, BipServer, basic

PATH_SECRET = "uzun-ve-rastgele-parca-81"


@pytest.fixture
def server() -> Iterator[BipServer]:
    with BipServer() as running:
        yield running


def context(settings: BipSettings, now: Callable[[], datetime]) -> ConnectorContext:
    return ConnectorContext(account_id=5, name="bip", settings=settings, now=now)


@pytest.fixture
def build(server: BipServer) -> Iterator[Build]:
    """Makes accounts at the stand-in; every setting may be given."""
    yield from building(
        Bip,
        lambda now, **given: BIP.build(context(BipSettings(**given), now)),
        now=lambda: server.clock,
        username=USERNAME,
        password=PASSWORD,
        base_url=server.url,
    )


@pytest.fixture
def bip(build: Build) -> Bip:
    account = build()
    assert isinstance(account, Bip)
    return account


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("bip", PHONE), our_id="n7")


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
