"""What an SMS account must be told, and that nothing empty starts: S1, G10 of docs/acceptance.md."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.base import Checking, Fetching, Parsing, PollConnector, Sending, WebhookConnector
from connectors.sms import SMS
from connectors.sms.settings import SmsSettings
from tests.connectors.sms.accounts import (
    context,
    netgsm_settings,
    smpp_settings,
    twilio_settings,
    verimor_settings,
)

LONG = "x" * 8 + "y" * 8
REFUSED = [
    ("Twilio without a token", twilio_settings, {"auth_token": ""}, "auth_token"),
    ("Twilio with a blank token", twilio_settings, {"auth_token": "   "}, "auth_token"),
    ("Twilio with a placeholder", twilio_settings, {"auth_token": "ChangeMe"}, "placeholder"),
    ("Twilio without an account", twilio_settings, {"account_sid": ""}, "account_sid"),
    ("Twilio with an account that is none", twilio_settings, {"account_sid": "AC12"}, "account_sid"),
    ("Twilio with nothing to send from", twilio_settings, {"sender": ""}, "messaging_service_sid"),
    ("Twilio with half an API key", twilio_settings, {"api_key": "SK" + "1" * 32}, "api_key_secret"),
    (
        "Twilio, SHA-256 without its key",
        twilio_settings,
        {"signature_algorithm": "HMAC_SHA256"},
        "signing_secret",
    ),
    ("Twilio, an unknown algorithm", twilio_settings, {"signature_algorithm": "MD5"}, "signature_algorithm"),
    ("Verimor without a password", verimor_settings, {"password": ""}, "password"),
    ("Verimor without a push secret", verimor_settings, {"push_secret": ""}, "push_secret"),
    ("Verimor with a short push secret", verimor_settings, {"push_secret": "kisa"}, "16 characters"),
    ("Verimor with a placeholder", verimor_settings, {"password": "xxxxxxx"}, "placeholder"),
    ("Verimor, half a basic auth", verimor_settings, {"push_username": "iys"}, "push_password"),
    (
        "Verimor, a network that is none",
        verimor_settings,
        {"allowed_addresses": ["yarın"]},
        "allowed_addresses",
    ),
    ("Verimor, validity too long", verimor_settings, {"valid_for": "48:01"}, "00:01 and 48:00"),
    ("Verimor, validity zero", verimor_settings, {"valid_for": "0:00"}, "00:01 and 48:00"),
    ("Verimor, validity misspelt", verimor_settings, {"valid_for": "bir gün"}, "HH:MM"),
    ("NetGSM without a password", netgsm_settings, {"password": ""}, "password"),
    ("NetGSM with nothing to send from", netgsm_settings, {"sender": ""}, "sender"),
    ("SMPP without a server", smpp_settings, {"host": ""}, "host"),
    ("SMPP without a password", smpp_settings, {"password": ""}, "password"),
    ("SMPP, a password it cannot carry", smpp_settings, {"password": "dokuz1234"}, "password to 8"),
    ("SMPP, a name it cannot carry", smpp_settings, {"username": "x" * 16}, "username to 15"),
    ("SMPP, a header with Turkish letters", smpp_settings, {"sender": "ŞEHİR"}, "sender to 20"),
    ("SMPP, a bind that is none", smpp_settings, {"binds": "receiver"}, "binds"),
    ("an unknown provider", verimor_settings, {"provider": "posta"}, "provider"),
    ("an unknown field", verimor_settings, {"pasword": LONG}, "pasword"),
    ("a base URL that is none", verimor_settings, {"base_url": "sms.verimor.com.tr"}, "https://"),
    ("no time to wait", twilio_settings, {"timeout_seconds": 0}, "timeout_seconds"),
]


@pytest.mark.parametrize(("label", "base", "change", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_incomplete_account_is_refused_and_the_field_named(
    label: str, base: Callable[..., SmsSettings], change: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        base(**change)


REPEATING = [
    ("the account incomplete", {"provider": "twilio", "auth_token": "kanarya-88"}),
    ("another field wrong", {"provider": "verimor", "password": "kanarya-88", "timeout_seconds": -1}),
    ("the field misspelt", {"provider": "verimor", "pasword": "kanarya-88"}),
    ("the secret itself too short", {"provider": "verimor", "username": "1", "password": "kanarya-88",
                                     "push_secret": "kanarya-88"}),
    ("the secret no text", {"provider": "twilio", "auth_token": ["kanarya-88"]}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "given"), REPEATING, ids=[r[0] for r in REPEATING])
def test_a_refusal_repeats_no_secret(label: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        SmsSettings(**given)
    assert "kanarya" not in str(refused.value)
    assert "kanarya" not in repr(refused.value)


def test_secrets_are_declared_as_such() -> None:
    declared = {n for n, f in SmsSettings.model_fields.items() if f.annotation is SecretStr}
    assert declared == {
        "auth_token", "api_key_secret", "signing_secret", "password", "push_secret", "push_password",
    }  # fmt: skip


def test_networks_and_urls_are_brought_to_one_form() -> None:
    settings = verimor_settings(allowed_addresses="10.0.0.7/8, 2001:db8::1", base_url="http://127.0.0.1:1/")
    assert settings.allowed_addresses == ("10.0.0.0/8", "2001:db8::1/128")
    assert settings.api == "http://127.0.0.1:1"
    assert verimor_settings().api == "https://sms.verimor.com.tr"
    assert twilio_settings().api == "https://api.twilio.com"


@pytest.mark.parametrize("make", [twilio_settings, verimor_settings])
def test_each_provider_has_every_power_of_the_channel(make: Callable[..., SmsSettings]) -> None:
    connector = SMS.build(context(make()))
    for power in (PollConnector, WebhookConnector, Parsing, Sending, Checking):
        assert isinstance(connector, power)
    assert isinstance(connector, Fetching) is (make is twilio_settings)


def test_netgsm_is_asked_and_does_not_call() -> None:
    connector = SMS.build(context(netgsm_settings()))
    for power in (PollConnector, Parsing, Sending, Checking):
        assert isinstance(connector, power)
    assert not isinstance(connector, WebhookConnector)
    assert netgsm_settings().api == "https://api.netgsm.com.tr"


def test_an_account_says_whether_it_polls() -> None:
    assert SMS.polls(twilio_settings())
    assert not SMS.polls(twilio_settings(poll=False))
