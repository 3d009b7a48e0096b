"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.facebook import FACEBOOK, FacebookConnector
from domain.urn import Urn
from tests.connectors.facebook.accounts import NOW, Build, context, settings
from tests.servers.facebook import CITIZEN, FacebookServer


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with FacebookServer() as server:
        yield server


@pytest.fixture
def build(server: FacebookServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[FacebookConnector] = []

    def make(now: Callable[[], datetime] = lambda: NOW, **more: Any) -> FacebookConnector:
        connector = FACEBOOK.build(context(settings(**{"base_url": server.url} | more), now))
        assert isinstance(connector, FacebookConnector)
        built.append(connector)
        return connector

    yield make
    for connector in built:
        connector.close()


@pytest.fixture
def desk(build: Build) -> FacebookConnector:
    connector: FacebookConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Callable[..., OutboundText]:
    """Makes a text to the citizen of these tests."""

    def make(text: str, **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("facebook", CITIZEN), "our_id": "n-1", "text": text}
        return OutboundText(**given | more)

    return make
