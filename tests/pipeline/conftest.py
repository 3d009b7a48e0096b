"""A seeded desk on the test's own database, with a clock that only the test moves."""

from collections.abc import Iterator

import pytest

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.transports import transports_of
from tests.fakes import Clock, make_desk
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer
from tests.servers.smtp import MailServer
from tests.servers.whatsapp_cloud import WhatsAppCloudServer


@pytest.fixture
def clock() -> Clock:
    """Monday noon in Istanbul."""
    return Clock()


@pytest.fixture
def database_url(seeded_database_url: str) -> str:
    """A database that knows the shipped units, topics and rules."""
    return seeded_database_url


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    """A desk that knows the shipped units and topics."""
    made = make_desk(desk_settings, clock)
    yield made
    transports_of(made).close()
    made.engine.dispose()


@pytest.fixture
def writer(desk: Desk) -> Writer:
    """Writes cases of any age and state."""
    return Writer(desk)


@pytest.fixture
def nothing_owed(desk: Desk, writer: Writer) -> None:
    """What the writer's own case owed has left."""
    send_all(desk)


@pytest.fixture
def mail_server(desk: Desk) -> Iterator[MailServer]:
    """A mail server on a free port, by which the desk's mails leave."""
    with MailServer() as started:
        desk.settings = desk.settings.model_copy(update=started.settings())
        yield started


@pytest.fixture
def whatsapp() -> Iterator[WhatsAppCloudServer]:
    """The service of WhatsApp, on a free port."""
    with WhatsAppCloudServer() as started:
        yield started
