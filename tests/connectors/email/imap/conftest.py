"""A Dovecot for the session, one of its own for tests that kill it, and connectors that read from them."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.connectors.email.imap.desk import Desk
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.silent_imap import SilentImap


@pytest.fixture(scope="session")
def shared_dovecot() -> Iterator[Dovecot]:
    """One server for all tests that do not kill it; each has a user of its own."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A server that this test may kill."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def desk(shared_dovecot: Dovecot, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A mailbox on the shared server and what a test needs around it."""
    with ExitStack() as stack:
        yield Desk(server=shared_dovecot, user=f"u{abs(hash(request.node.nodeid))}", stack=stack)


@pytest.fixture
def own_desk(dovecot: Dovecot) -> Iterator[Desk]:
    """A mailbox on a server that this test may kill."""
    with ExitStack() as stack:
        yield Desk(server=dovecot, user="ayse", stack=stack)


@pytest.fixture
def relay(shared_dovecot: Dovecot) -> Iterator[SilentImap]:
    """A relay in front of the shared server that misbehaves on command."""
    server = SilentImap(shared_dovecot.port)
    yield server
    server.close()


@pytest.fixture
def silent_server() -> Iterator[SilentImap]:
    """A server that accepts connections and never answers."""
    server = SilentImap()
    yield server
    server.close()
