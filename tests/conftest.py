"""Fixtures every test may ask for: real servers, a fresh database each, settings of a throw-away desk."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from config.settings import Settings, get_settings
from config.taxonomy import load_taxonomy
from pipeline.desk import Desk
from tests.servers.loopback import keep_on_loopback
from tests.servers.memory import folder_in_memory
from tests.servers.postgres import PostgresServer
from tests.servers.processes import find_program
from tests.servers.valkey import ValkeyServer

_SLOW = frozenset({"kill", "servers"})
_UNHURRIED = hypothesis.settings(deadline=None)
"""No example is timed: on a machine with much else to do, any of them may take long."""
TEMPLATE, TAXONOMY_TEMPLATE = "desk_template", "taxonomy_template"


def pytest_configure() -> None:
    """Close the way out before the first test is even collected, time no example, keep tracebacks short."""
    keep_on_loopback()
    hypothesis.settings.register_profile("unhurried", _UNHURRIED)
    hypothesis.settings.load_profile("unhurried")
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, colors=False)
    structlog.configure(processors=[structlog.dev.set_exc_info, structlog.processors.add_log_level, plain])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts and kills processes: the last tests of a run shall be short ones."""
    items.sort(key=lambda item: not any(mark.name in _SLOW for mark in item.iter_markers()))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: many tests wait for processes, which leaves a processor idle."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The session's PostgreSQL, with the migrated template; a kill test may `kill` and `restart` it."""
    from store.migrate import upgrade

    sharers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    with folder_in_memory(tmp_path_factory.mktemp("postgres"), sharers) as folder:
        server = PostgresServer(folder)
        server.start()
        upgrade(server.create_template(TEMPLATE))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def taxonomy_template(postgres_server: PostgresServer) -> str:
    """The name of a database with the shipped units, topics and rules, to be copied."""
    desk = Desk(Settings(database_url=postgres_server.create_template(TAXONOMY_TEMPLATE, of=TEMPLATE)))
    taxonomy = load_taxonomy()
    with desk.uow() as uow:
        uow.taxonomy.seed(taxonomy.units.values(), taxonomy.topics.values(), taxonomy.rules)
        uow.commit()
    desk.engine.dispose()
    return TAXONOMY_TEMPLATE


@pytest.fixture
def seeded_database_url(postgres_server: PostgresServer, taxonomy_template: str) -> Iterator[str]:
    """A database of this test's own that knows the shipped units, topics and rules."""
    with postgres_server.fresh(taxonomy_template) as url:
        yield url


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated database of this test's own, dropped after it."""
    with postgres_server.fresh(TEMPLATE) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """The session's Valkey; a kill test may `kill` and `restart` it."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey_url(valkey_server: ValkeyServer) -> str:
    """The URL of a Valkey that holds nothing yet."""
    valkey_server.revive()
    valkey_server.flush()
    return valkey_server.url()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a development desk under the test's own folder; nothing of the developer's `.env`.

    `get_settings` returns them too, and processes that the test starts inherit them. No server is started.
    """
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


@pytest.fixture
def desk_settings(
    settings: Settings, database_url: str, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """The same with this test's own database and an empty Valkey."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", valkey_url)
    get_settings.cache_clear()
    return get_settings()


@pytest.fixture
def require_server() -> Callable[[str], Path]:
    """The path of a program that this machine must have: its absence fails in CI and skips elsewhere."""

    def require(name: str) -> Path:
        found = find_program(name)
        if found is not None:
            return found
        reason = f"{name} is not installed: `make test` installs it where it may"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    return require
