"""A seeded desk on the test's own database, with a clock that only the test moves."""

from collections.abc import Iterator

import pytest

from config.settings import Settings
from config.taxonomy import load_taxonomy
from pipeline.desk import Desk
from pipeline.transports import transports_of
from tests.fakes import Clock, make_desk


@pytest.fixture
def clock() -> Clock:
    """Monday noon in Istanbul."""
    return Clock()


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    """A desk that knows the shipped units and topics."""
    made = make_desk(desk_settings, clock)
    taxonomy = load_taxonomy()
    with made.uow() as uow:
        uow.taxonomy.seed(taxonomy.units.values(), taxonomy.topics.values(), taxonomy.rules)
        uow.commit()
    yield made
    transports_of(made).close()
    made.engine.dispose()
