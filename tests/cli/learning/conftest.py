"""A desk that has something to learn from and one candidate it trained: made once, copied by each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pipeline.desk
from config.settings import Settings
from pipeline.desk import Desk
from pipeline.learning import train_candidate
from tests.conftest import TEMPLATE
from tests.deciding import WHO, decide, mixed, seed_small
from tests.fakes import Clock, make_desk
from tests.servers.postgres import PostgresServer

EACH = 16
"""Decisions about each topic."""


@dataclass(frozen=True)
class Learned:
    """The desk's database and blobs, and the candidate's version."""

    database: str
    blobs: Path
    version: str


@pytest.fixture(scope="session")
def learned(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learned]:
    """Decisions about five topics, and what was trained of them."""
    folder = tmp_path_factory.mktemp("learned")
    with postgres_server.fresh(TEMPLATE) as url:
        settings = Settings(_env_file=None, var_dir=folder, database_url=url)  # type: ignore[call-arg]
        clock = Clock()
        desk = make_desk(settings, clock)
        seed_small(desk)
        decide(desk, clock, list(mixed(EACH)))
        version = train_candidate(desk, WHO).row.version
        desk.engine.dispose()
        yield Learned(database=database_of(url), blobs=folder / "blobs", version=version)


def database_of(url: str) -> str:
    """The name of the database in a URL of the test server's."""
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def database_url(postgres_server: PostgresServer, learned: Learned) -> Iterator[str]:
    """A copy of that database."""
    with postgres_server.fresh(learned.database) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    """A Monday a week after the decisions."""
    later = Clock()
    later.step(days=7)
    return later


@pytest.fixture
def desk(
    desk_settings: Settings, learned: Learned, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The desk every command gets."""
    shutil.copytree(learned.blobs, desk_settings.var_dir / "blobs", dirs_exist_ok=True)
    made = make_desk(desk_settings, clock)
    monkeypatch.setattr(pipeline.desk, "get_desk", lambda: made)
    yield made
    made.engine.dispose()
