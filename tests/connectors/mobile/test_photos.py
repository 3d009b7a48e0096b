"""Photos that an Open311 client names by an address: fetched where allowed, if they are some (G12)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import ConnectorContext, Fetching
from connectors.mobile import MOBILE
from connectors.mobile.settings import MobileSettings
from domain.errors import DeskError, PermanentError, TransientError
from tests.servers.standin import Answer, Call, StandIn
from tests.web.forms import png

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HERE = ("127.0.0.0/8",)


class Site(StandIn):
    """Somebody's site."""

    def respond(self, call: Call) -> Answer:
        """A photo, a page, or an error."""
        known = {"/foto": png(), "/sayfa": b"<html><script>alert(1)</script></html>"}
        return Answer(body=known[call.path]) if call.path in known else Answer(status=int(call.path[1:]))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def fetching(networks: tuple[str, ...] = HERE) -> Any:
    settings = MobileSettings(photo_networks=networks, timeout_seconds=2.0)
    return MOBILE.build(ConnectorContext(account_id=1, name="mobile", settings=settings, now=lambda: NOW))


def test_a_photo_comes_byte_for_byte(site: Site) -> None:
    account = fetching()
    assert isinstance(account, Fetching)
    assert account.fetch(f"{site.url}/foto", 10_000) == png()


REFUSED: list[tuple[str, str, int, tuple[str, ...], type[DeskError]]] = [
    ("a page", "/sayfa", 10_000, HERE, PermanentError),
    ("too large", "/foto", 10, HERE, PermanentError),
    ("gone", "/404", 10_000, HERE, PermanentError),
    ("busy", "/503", 10_000, HERE, TransientError),
    ("in our own network", "/foto", 10_000, (), PermanentError),
]


@pytest.mark.parametrize(
    ("label", "path", "most", "networks", "error"), REFUSED, ids=[row[0].replace(" ", "-") for row in REFUSED]
)
def test_what_is_no_photo_or_cannot_be_had_is_an_error_of_ours(
    label: str, path: str, most: int, networks: tuple[str, ...], error: type[DeskError], site: Site
) -> None:
    with pytest.raises(error):
        fetching(networks).fetch(site.url + path, most)
