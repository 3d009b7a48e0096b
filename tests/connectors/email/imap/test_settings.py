"""What an account must be told, and that a mistake never shows a secret (G10)."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.email.cursor import Cursor, Mark
from connectors.email.settings import EmailSettings

GOOD: dict[str, Any] = {"host": "posta.example", "username": "beyazmasa", "password": "kanarya-7"}
OAUTH: dict[str, Any] = {
    "host": "posta.example",
    "username": "beyazmasa",
    "auth": "xoauth2",
    "oauth_client_id": "uygulama",
    "oauth_token_url": "https://giris.example/token",
    "oauth_refresh_token": "kanarya-8",
}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no user name", GOOD | {"username": ""}, "username"),
    ("no password", GOOD | {"password": None}, "password"),
    ("no client", OAUTH | {"oauth_client_id": ""}, "oauth_client_id"),
    ("no token address", OAUTH | {"oauth_token_url": ""}, "oauth_token_url"),
    ("no secret", OAUTH | {"oauth_refresh_token": None}, "oauth_refresh_token"),
    ("secrets in clear", OAUTH | {"oauth_token_url": "http://giris.example/token"}, "https"),
    ("no folder", GOOD | {"folders": []}, "folders"),
    ("an empty folder", GOOD | {"folders": ["INBOX", ""]}, "folders"),
    ("a folder twice", GOOD | {"folders": ["INBOX", "INBOX"]}, "folders"),
    ("moving in a circle", GOOD | {"move_to": "INBOX"}, "move_to"),
    ("a typing error", GOOD | {"pasword": "kanarya-7"}, "pasword"),
    ("no such security", GOOD | {"security": "ssl"}, "security"),
    ("waiting for ever", GOOD | {"timeout_seconds": 0}, "timeout_seconds"),
]


@pytest.mark.parametrize(("label", "values", "word"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_mistake_is_named_and_no_secret_is_shown(label: str, values: dict[str, Any], word: str) -> None:
    """pydantic would print the input."""
    with pytest.raises(ValidationError) as caught:
        EmailSettings(**values)
    assert word in str(caught.value), label
    assert "kanarya" not in str(caught.value)


@pytest.mark.parametrize(
    ("label", "values", "port"),
    [
        ("TLS", GOOD, 993),
        ("STARTTLS", GOOD | {"security": "starttls"}, 143),
        ("chosen", GOOD | {"port": 10993}, 10993),
        ("fed by the mail server", {}, 993),
        ("client credentials", OAUTH | {"oauth_refresh_token": None, "oauth_client_secret": "s"}, 993),
    ],
)
def test_good_settings_have_a_port(label: str, values: dict[str, Any], port: int) -> None:
    """The usual ports, unless one is named."""
    assert EmailSettings(**values).effective_port == port, label


def test_every_secret_is_of_the_type_that_is_encrypted() -> None:
    """Settings fields of type SecretStr are encrypted at rest and never shown."""
    secret = {
        name for name, field in EmailSettings.model_fields.items() if "SecretStr" in str(field.annotation)
    }
    assert secret == {"password", "oauth_client_secret", "oauth_refresh_token"}
    assert "kanarya" not in repr(EmailSettings(**GOOD))
    assert EmailSettings(**GOOD).password == SecretStr("kanarya-7")


def test_a_cursor_reads_what_it_wrote_and_keeps_folders_it_does_not_know() -> None:
    """E1: a folder taken out of the settings and put back goes on where it was."""
    cursor = Cursor().having("İşler", Mark(validity=7, uid=3, missing=(1, 2)))
    again = Cursor.parse(str(cursor)).having("INBOX", Mark(validity=9, uid=4))
    assert again.marks == {
        "İşler": Mark(validity=7, uid=3, missing=(1, 2)),
        "INBOX": Mark(validity=9, uid=4),
    }
    assert Cursor.parse("") == Cursor()
