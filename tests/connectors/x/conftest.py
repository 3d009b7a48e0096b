"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Iterator

import pytest

from connectors.x import X, XConnector
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.connectors.x.accounts import context, settings
from tests.servers.x import CITIZEN, XServer


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def build(server: XServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    yield from building(
        XConnector,
        lambda now, **given: X.build(context(settings(**given), now)),
        now=lambda: server.clock,
        base_url=server.url,
    )


@pytest.fixture
def desk(build: Build) -> XConnector:
    connector: XConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("x", CITIZEN))
