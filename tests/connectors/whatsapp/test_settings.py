"""Accounts that may not start, and what the two providers can do: W2, S1, tests 17 and 30."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.base import (
    Checking,
    Fetching,
    Parsing,
    PollConnector,
    Sending,
    SendingTemplates,
    WebhookConnector,
)
from connectors.whatsapp import WHATSAPP
from connectors.whatsapp.settings import WhatsAppSettings
from tests.connectors.whatsapp.accounts import cloud_settings, context, twilio_settings

LONG = "uzun-ve-rastgele-0123456789"
REFUSED: list[tuple[str, Callable[..., WhatsAppSettings], dict[str, Any], str]] = [
    ("cloud without a token", cloud_settings, {"access_token": ""}, "access_token"),
    ("cloud without an app secret", cloud_settings, {"app_secret": ""}, "app_secret"),
    ("cloud with a blank app secret", cloud_settings, {"app_secret": " " * 32}, "app_secret"),
    ("cloud without a verify token", cloud_settings, {"verify_token": ""}, "verify_token"),
    ("cloud with a short verify token", cloud_settings, {"verify_token": "kisa"}, "16 characters"),
    ("cloud with a placeholder", cloud_settings, {"app_secret": "ChangeMe"}, "placeholder"),
    ("cloud with one letter over and over", cloud_settings, {"app_secret": "x" * 32}, "placeholder"),
    ("cloud without a number", cloud_settings, {"phone_number_id": ""}, "phone_number_id"),
    (
        "cloud, the number itself for its id",
        cloud_settings,
        {"phone_number_id": "+90 212"},
        "phone_number_id",
    ),
    ("cloud, digits of another script", cloud_settings, {"phone_number_id": "١٢٣"}, "phone_number_id"),
    ("cloud, a token with a line end", cloud_settings, {"access_token": LONG + "\n"}, "access_token"),
    ("cloud, a token with letters of ours", cloud_settings, {"access_token": LONG + "ş"}, "access_token"),
    ("cloud, a version that is none", cloud_settings, {"graph_version": "25"}, "graph_version"),
    ("Twilio without a token", twilio_settings, {"auth_token": ""}, "auth_token"),
    ("Twilio without an account", twilio_settings, {"account_sid": ""}, "account_sid"),
    ("Twilio with an account that is none", twilio_settings, {"account_sid": "AC12"}, "account_sid"),
    ("Twilio with nothing to send from", twilio_settings, {"sender": ""}, "messaging_service_sid"),
    ("Twilio with a prefix at the sender", twilio_settings, {"sender": "whatsapp:+902120000000"}, "sender"),
    ("Twilio with half an API key", twilio_settings, {"api_key": "SK" + "1" * 32}, "api_key_secret"),
    (
        "Twilio, SHA-256 without its key",
        twilio_settings,
        {"signature_algorithm": "HMAC_SHA256"},
        "signing_secret",
    ),
    ("Twilio, a content sid that is none", twilio_settings, {"content_sids": ["a=HX1"]}, "content_sids"),
    (
        "Twilio, a content sid without a name",
        twilio_settings,
        {"content_sids": ["HX" + "1" * 32]},
        "content_sids",
    ),
    ("an unknown provider", cloud_settings, {"provider": "posta"}, "provider"),
    ("an unknown field", cloud_settings, {"acces_token": LONG}, "acces_token"),
    ("a base URL that is none", cloud_settings, {"base_url": "graph.facebook.com"}, "https://"),
    ("no time to wait", cloud_settings, {"timeout_seconds": 0}, "timeout_seconds"),
]


@pytest.mark.parametrize(("label", "base", "change", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_incomplete_account_is_refused_and_the_field_named(
    label: str, base: Callable[..., WhatsAppSettings], change: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        base(**change)


REPEATING = [
    ("the account incomplete", {"provider": "cloud", "access_token": "kanarya-88-0123456789"}),
    (
        "another field wrong",
        {"provider": "cloud", "app_secret": "kanarya-88-0123456789", "timeout_seconds": -1},
    ),
    ("the field misspelt", {"provider": "cloud", "app_secrt": "kanarya-88-0123456789"}),
    ("the secret too short", {"provider": "cloud", "verify_token": "kanarya-88"}),
    ("the secret unprintable", {"provider": "cloud", "access_token": "kanarya-88 0123456789"}),
    ("the secret no text", {"provider": "twilio", "auth_token": ["kanarya-88"]}),
]


@pytest.mark.parametrize(("label", "given"), REPEATING, ids=[r[0] for r in REPEATING])
def test_a_refusal_repeats_no_secret(label: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        WhatsAppSettings(**given)
    assert "kanarya" not in str(refused.value)
    assert "kanarya" not in repr(refused.value)


def test_secrets_are_declared_as_such() -> None:
    declared = {n for n, f in WhatsAppSettings.model_fields.items() if f.annotation is SecretStr}
    assert declared == {
        "access_token", "app_secret", "verify_token", "auth_token", "api_key_secret", "signing_secret",
    }  # fmt: skip


def test_each_provider_has_its_own_address_unless_told_otherwise() -> None:
    assert cloud_settings().api == "https://graph.facebook.com"
    assert twilio_settings().api == "https://api.twilio.com"
    assert cloud_settings(base_url="http://127.0.0.1:1/").api == "http://127.0.0.1:1"


@pytest.mark.parametrize("make", [cloud_settings, twilio_settings])
def test_each_provider_has_every_power_of_the_channel(make: Callable[..., WhatsAppSettings]) -> None:
    connector = WHATSAPP.build(context(make()))
    for power in (WebhookConnector, Parsing, Sending, SendingTemplates, Fetching, Checking):
        assert isinstance(connector, power)
    assert isinstance(connector, PollConnector) is (make is twilio_settings)


def test_only_an_account_at_twilio_is_polled() -> None:
    assert WHATSAPP.polls(twilio_settings())
    assert not WHATSAPP.polls(twilio_settings(poll=False))
    assert not WHATSAPP.polls(cloud_settings())
