"""What the notifier's tests share: typical values and a notice to send."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.notices import Rendered
from domain.urn import Urn
from notifier.contracts import Outgoing
from notifier.rendering import SHIPPED

NOW = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """Typical values of every template variable, as shipped."""
    return tomllib.loads((SHIPPED / "samples.toml").read_text(encoding="utf-8"))


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    """Makes a mail to a citizen; any field can be given."""

    def make(to: str = "ayse@eposta.example", **fields: Any) -> Outgoing:
        rendered = Rendered(
            text="Başvurunuz alındı.\n", subject="Başvurunuz alındı", html="<p>Başvurunuz</p>\n"
        )
        usual: dict[str, Any] = {"our_id": "n-1", "recipient": Urn("mailto", to), "rendered": rendered}
        return Outgoing(**(usual | fields))

    return make
