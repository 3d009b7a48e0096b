"""A running site for a whole module, whose clock only the tests move and whose bell is answered at once."""

from collections.abc import Callable, Iterator

import httpx
import pytest
import redis

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.limits import counting_url
from pipeline.transports import transports_of
from tests.fakes import Clock
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer
from tests.web.citizen.acting import Citizens, Worker
from tests.web.serving import Site, serving


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker()


@pytest.fixture(scope="module")
def site(
    postgres_server: PostgresServer,
    valkey_server: ValkeyServer,
    seeded: str,
    clock: Clock,
    worker: Worker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """One site for all tests of a module: each opens cases of its own."""
    valkey_server.revive()
    with postgres_server.fresh(seeded) as url:
        settings = Settings(
            var_dir=tmp_path_factory.mktemp("citizens"),
            database_url=url,
            redis_url=valkey_server.url(),
            quiet_from=0,
            quiet_until=0,
        )
        worker.desk = Desk(settings, now=clock, ring=worker)
        with serving(worker.desk) as running:
            yield running
        transports_of(worker.desk).close()
        worker.desk.engine.dispose()


@pytest.fixture(autouse=True)
def uncounted(valkey_server: ValkeyServer) -> Callable[[], None]:
    """Forgets what was asked so often: before each test what others asked, and whenever it is called."""

    def forget() -> None:
        with redis.Redis.from_url(counting_url(valkey_server.url()).removeprefix("redis+")) as counts:
            counts.flushdb()

    forget()
    return forget


@pytest.fixture
def desk(site: Site) -> Desk:
    return site.desk


@pytest.fixture
def citizens(client: httpx.Client, site: Site, worker: Worker) -> Citizens:
    return Citizens(client, worker)
