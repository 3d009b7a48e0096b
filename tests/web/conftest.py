"""A seeded desk, its running site, and a browser-like client."""

import os
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.seed import seed
from pipeline.transports import transports_of
from tests.fakes import Bells, process_all
from tests.servers.postgres import PostgresServer
from tests.servers.processes import find_program
from tests.web.serving import Site, serving

_PATIENCE_MS = 30_000
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--lang=tr-TR",
]


@pytest.fixture(scope="session")
def seeded(
    postgres_server: PostgresServer, taxonomy_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database with units, topics and the web form's account, to be copied."""
    url = postgres_server.create_template("web_template", of=taxonomy_template)
    desk = Desk(Settings(var_dir=tmp_path_factory.mktemp("seeded"), database_url=url), ring=Bells())
    seed(desk)
    desk.engine.dispose()
    return "web_template"


@pytest.fixture
def database_url(postgres_server: PostgresServer, seeded: str) -> Iterator[str]:
    """A seeded database of this test's own."""
    with postgres_server.fresh(seeded) as url:
        yield url


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk with units, topics and the web form's account; its bells ring nowhere."""
    awake = desk_settings.model_copy(update={"quiet_from": 0, "quiet_until": 0})  # at night, too
    made = Desk(awake, ring=Bells())
    yield made
    transports_of(made).close()
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Headless Chromium; its absence fails in CI and skips elsewhere.

    For one module only: as long as Playwright runs, its event loop counts as running in this thread.
    """
    found = find_program("chromium")
    if found is None:
        reason = "chromium is not installed: `make test` installs it where it may"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Page]:
    """A phone-sized page of the site, with JavaScript and without; it may ask nothing of other hosts."""
    foreign: list[str] = []
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        java_script_enabled=request.param,
        locale="tr-TR",
        timezone_id="Europe/Istanbul",
    )
    ours = (site.url, "chrome-extension:", "chrome:")  # the browser's own page for PDFs
    context.on("request", lambda asked: None if asked.url.startswith(ours) else foreign.append(asked.url))
    page = context.new_page()
    yield page
    context.close()
    assert foreign == []
