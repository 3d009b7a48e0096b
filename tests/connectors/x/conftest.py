"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.x import X, XConnector
from domain.urn import Urn
from tests.connectors.x.accounts import Build, context, settings
from tests.servers.x import CITIZEN, XServer


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def build(server: XServer) -> Iterator[Build]:
    """Builds connectors at the stand-in, by its clock; every setting may be given."""
    built: list[XConnector] = []

    def make(**more: Any) -> XConnector:
        connector = X.build(context(settings(**{"base_url": server.url} | more), lambda: server.clock))
        assert isinstance(connector, XConnector)
        built.append(connector)
        return connector

    yield make
    for connector in built:
        connector.close()


@pytest.fixture
def desk(build: Build) -> XConnector:
    connector: XConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Callable[..., OutboundText]:
    """Makes a text to the citizen of these tests."""

    def make(text: str = "Başvurunuz alındı.", **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("x", CITIZEN), "our_id": "n-1", "text": text}
        return OutboundText(**given | more)

    return make
