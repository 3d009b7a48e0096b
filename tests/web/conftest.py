"""A seeded desk, its running site, and a browser-like client."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.seed import seed
from tests.fakes import Bells, process_all
from tests.web.serving import Site, serving


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk with units, topics and the web form's account; its bells ring nowhere."""
    made = Desk(desk_settings, ring=Bells())
    seed(made)
    yield made
    made.engine.dispose()


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:
    """The desk's pages on a free port."""
    with serving(desk) as running:
        yield running


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """A client of the site that follows no redirect by itself."""
    with httpx.Client(base_url=site.url, timeout=30) as made:
        yield made


@pytest.fixture
def workers(desk: Desk) -> Callable[[], int]:
    """Does what waits, as the workers would; returns how many messages that were."""
    return lambda: process_all(desk)
