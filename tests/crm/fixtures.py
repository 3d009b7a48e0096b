"""A desk with a few cases that are with their unit: one for all tests of a module, emptied before each."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from config.settings import Settings
from pipeline.crm.webhooks import webhooks_of
from pipeline.desk import Desk
from tests.fakes import Clock, make_desk
from tests.pipeline.timing import Writer
from tests.servers.postgres import PostgresServer

CASES = 5
_TEMPLATE = "crm_template"
_EMPTY = (
    "TRUNCATE crm_feed, crm_events, crm_subscribers, crm_set_aside, crm_imports, leases",
    "DELETE FROM notifications WHERE template = 'crm_trouble'",
    "UPDATE cases SET confidentiality = 'public'",
)


@pytest.fixture(scope="session")
def crm_template(
    postgres_server: PostgresServer, taxonomy_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database with the cases, to be copied."""
    url = postgres_server.create_template(_TEMPLATE, of=taxonomy_template)
    desk = make_desk(Settings(var_dir=tmp_path_factory.mktemp("crm"), database_url=url), Clock())
    Writer(desk).write([{} for _ in range(CASES)])
    desk.engine.dispose()
    return _TEMPLATE


@pytest.fixture(scope="module")
def shared(
    postgres_server: PostgresServer, crm_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The module's desk; its operator is named."""
    postgres_server.revive()
    settings = Settings(
        var_dir=tmp_path_factory.mktemp("crm"),
        database_url=postgres_server.create(crm_template),
        operator_email="nobet@buyuksehir.example",
    )
    desk = make_desk(settings, Clock())
    yield desk
    webhooks_of(desk).close()
    desk.engine.dispose()
    postgres_server.drop(settings.database)


@pytest.fixture
def desk(shared: Desk, clock: Clock) -> Desk:
    """The module's desk without subscribers, by this test's clock."""
    shared.now = clock
    with shared.uow() as uow:
        for statement in _EMPTY:
            uow.session.execute(text(statement))
        uow.commit()
    return shared


@pytest.fixture(scope="module")
def cases(shared: Desk) -> list[int]:
    """The keys of the cases that are with their unit."""
    with shared.uow() as uow:
        found = uow.session.scalars(text("SELECT id FROM cases WHERE state = 'assigned' ORDER BY id"))
        return list(found)
