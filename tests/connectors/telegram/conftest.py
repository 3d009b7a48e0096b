"""The stand-in, and connectors that are configured to speak to it."""

from collections.abc import Iterator

import pytest

from connectors.telegram import TELEGRAM, TelegramConnector
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.connectors.telegram.accounts import context, settings
from tests.servers.telegram import CITIZEN, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture
def build(server: TelegramServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    yield from building(
        TelegramConnector,
        lambda now, **given: TELEGRAM.build(context(settings(**given), now)),
        base_url=server.url,
    )


@pytest.fixture
def desk(build: Build) -> TelegramConnector:
    connector: TelegramConnector = build()
    return connector


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("telegram", str(CITIZEN)))
