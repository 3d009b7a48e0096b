"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.telegram import TELEGRAM, TelegramConnector
from domain.urn import Urn
from tests.connectors.telegram.accounts import NOW, Build, context, settings
from tests.servers.telegram import CITIZEN, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture
def build(server: TelegramServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[TelegramConnector] = []

    def make(now: Callable[[], datetime] = lambda: NOW, **more: Any) -> TelegramConnector:
        connector = TELEGRAM.build(context(settings(**{"base_url": server.url} | more), now))
        assert isinstance(connector, TelegramConnector)
        built.append(connector)
        return connector

    yield make
    for connector in built:
        connector.close()


@pytest.fixture
def desk(build: Build) -> TelegramConnector:
    connector: TelegramConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Callable[..., OutboundText]:
    """Makes a text to the citizen of these tests."""

    def make(text: str, **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("telegram", str(CITIZEN)), "our_id": "n-1", "text": text}
        return OutboundText(**given | more)

    return make
