"""Desks whose interfaces know their keys: one for each test, and one for all tests that only are refused."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from config.settings import Settings
from pipeline import channels
from pipeline.desk import Desk
from pipeline.seed import DEVELOPMENT_KEY, MOBILE_ACCOUNT
from tests.fakes import Bells
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer
from tests.web.api.app import SECOND_KEY
from tests.web.serving import serving

KEYS = f"development:{DEVELOPMENT_KEY} other:{SECOND_KEY}"


@dataclass(frozen=True, kw_only=True)
class Calm:
    """A site where nothing comes in: its client and its desk."""

    client: httpx.Client
    desk: Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk whose account is sealed with its own key: the copied database's is another desk's."""
    return _with_keys(desk)


@pytest.fixture(scope="module")
def calm(
    postgres_server: PostgresServer,
    valkey_server: ValkeyServer,
    seeded: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Calm]:
    """One site for a module's tests that change nothing: to make one for each would take minutes."""
    valkey_server.revive()
    url = postgres_server.create(seeded)
    folder = tmp_path_factory.mktemp("calm")
    settings = Settings(var_dir=folder, database_url=url, redis_url=valkey_server.url())
    desk = _with_keys(Desk(settings, ring=Bells()))
    with serving(desk) as site, httpx.Client(base_url=site.url, timeout=30) as client:
        yield Calm(client=client, desk=desk)
    desk.engine.dispose()
    postgres_server.drop(url)


def _with_keys(desk: Desk) -> Desk:
    channels.change(desk, channels.find(desk, MOBILE_ACCOUNT), {"app_keys": KEYS})
    return desk
