"""What an account may be told: W2, F1, G10."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.connectors.facebook.accounts import settings

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("no token", {"access_token": ""}),
    ("a blank secret", {"app_secret": "   "}),
    ("a placeholder", {"app_secret": "changeme"}),
    ("a short secret", {"app_secret": "kisa"}),
    ("one letter", {"verify_token": "a" * 32}),
    ("a token with a line end", {"access_token": "EAAsahte\r\nX-Evil: 1 0123456789"}),
    ("a token with a letter of no token", {"access_token": "EAAşahteSayfaJetonu0123456789"}),
    ("a page that is no number", {"page_id": "beyazmasa"}),
    ("no page", {"page_id": ""}),
    ("an app that is no number", {"app_id": "../x"}),
    ("a version the library knows", {"graph_version": "3.1"}),
    ("a path for a version", {"graph_version": "v25.0/x"}),
    ("another scheme", {"base_url": "ftp://graph.facebook.com"}),
    ("no patience", {"timeout_seconds": 0}),
    ("a strange tag", {"message_tag": "a b"}),
    ("an unknown field", {"sifre": "x"}),
]


@pytest.mark.parametrize(("label", "more"), REFUSED, ids=[r[0] for r in REFUSED])
def test_settings_that_cannot_work_are_refused_without_being_repeated(
    label: str, more: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**more)
    for value in more.values():
        assert len(str(value)) < 5 or str(value) not in str(refused.value)


def test_a_living_version_is_the_default() -> None:
    assert settings().graph_version == "v25.0"
