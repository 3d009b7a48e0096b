"""What an account must be told: a real token, and a secret for a webhook."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.telegram.settings import TelegramSettings
from tests.servers.telegram import BOT, SECRET, TOKEN

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("polling needs a token alone", {}),
    ("a webhook with its secret", {"mode": "webhook", "secret_token": SECRET}),
    ("a secret of 256 characters", {"mode": "webhook", "secret_token": "a" * 256}),
    ("a secret while polling, for a change of mode", {"secret_token": SECRET}),
    ("a gateway of one's own", {"base_url": "http://127.0.0.1:8081/"}),
    ("groups and channels, as typed", {"groups": "true", "channels": "yes"}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("no token", {"token": ""}),
    ("a placeholder", {"token": "changeme"}),
    ("a token without its number", {"token": TOKEN.partition(":")[2]}),
    ("a token that is cut off", {"token": TOKEN[:20]}),
    ("a token with a slash", {"token": f"{BOT}:{'a' * 20}/{'b' * 20}"}),
    ("a number of other digits", {"token": f"٣٤:{'a' * 35}"}),
    ("a webhook without a secret", {"mode": "webhook"}),
    ("a webhook with a blank secret", {"mode": "webhook", "secret_token": ""}),
    ("a short secret", {"mode": "webhook", "secret_token": "kisa"}),
    ("a placeholder as a secret", {"mode": "webhook", "secret_token": "webhook-secret"}),
    ("a secret of 257 characters", {"mode": "webhook", "secret_token": "a" * 257}),
    ("a secret with signs Telegram refuses", {"mode": "webhook", "secret_token": "çok gizli bir parça"}),
    ("another mode", {"mode": "both"}),
    ("an address of another kind", {"base_url": "ftp://x.example"}),
    ("no time at all", {"timeout_seconds": 0}),
    ("a setting nobody knows", {"drop_pending_updates": True}),
]


@pytest.mark.parametrize(("label", "given"), ACCEPTED, ids=[r[0] for r in ACCEPTED])
def test_good_settings_are_taken(label: str, given: dict[str, Any]) -> None:
    read = TelegramSettings(**{"token": TOKEN} | given)
    assert read.bot_id == BOT
    assert not read.base_url.endswith("/")


@pytest.mark.parametrize(("label", "given"), REFUSED, ids=[r[0] for r in REFUSED])
def test_settings_that_could_never_work_are_refused_without_being_repeated(
    label: str, given: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        TelegramSettings(**{"token": TOKEN} | given)
    for value in (TOKEN, *(v for v in given.values() if isinstance(v, str) and len(v) > 9)):
        assert value not in str(refused.value)
