"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Iterator

import pytest

from connectors.facebook import FACEBOOK, FacebookConnector
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.connectors.facebook.accounts import context, settings
from tests.servers.facebook import CITIZEN, FacebookServer


@pytest.fixture
def server() -> Iterator[FacebookServer]:
    with FacebookServer() as server:
        yield server


@pytest.fixture
def build(server: FacebookServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    yield from building(
        FacebookConnector,
        lambda now, **given: FACEBOOK.build(context(settings(**given), now)),
        base_url=server.url,
    )


@pytest.fixture
def desk(build: Build) -> FacebookConnector:
    connector: FacebookConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("facebook", CITIZEN))
