"""Whether a webhook call is Twilio's: the signature over the configured public address (S1)."""

import hmac
from urllib.parse import urlsplit

from pydantic import SecretStr
from twilio.request_validator import RequestValidator, add_port, get_signature_algorithm, remove_port

from connectors.base import WebhookRequest
from connectors.sms.settings import SmsSettings
from connectors.sms.twilio_items import read_form
from domain.errors import SignatureRejectedError

_SIGNATURE = "x-twilio-signature"
_SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"


def check_signature(request: WebhookRequest, settings: SmsSettings, public_url: str) -> None:
    """Return for a call that Twilio signed; raise SignatureRejectedError for any other.

    What is signed is the address as it was configured there, so ours comes from our own configuration, never
    from Host or X-Forwarded headers; with and without its port, as Twilio's own validator tries both. A
    replay passes here: the MessageSid is unique in the database.
    """
    given = request.headers.get(_SIGNATURE, "")
    if request.method.upper() != "POST" or not given:
        raise SignatureRejectedError("The call carries no Twilio signature")
    named = request.headers.get(_SIGNATURE_SETTINGS, "")
    if get_signature_algorithm(named).upper() != settings.signature_algorithm:
        raise SignatureRejectedError("The call is signed by another algorithm than this account's")
    matches = [_equal(expected, given) for expected in _signatures(request, settings, public_url)]
    if not any(matches):
        raise SignatureRejectedError("The signature does not fit the call, the secret or the public address")


def signed_address(request: WebhookRequest, public_url: str) -> str:
    """The address as Twilio was told it: the account's public one, what followed it, the query as sent."""
    path = f"/{request.path.lstrip('/')}" if request.path else ""
    query = f"?{request.raw_query}" if request.raw_query else ""
    return public_url.rstrip("/") + path + query


def _signatures(request: WebhookRequest, settings: SmsSettings, public_url: str) -> list[str]:
    validator = RequestValidator(_secret(settings).get_secret_value())
    address = urlsplit(signed_address(request, public_url).encode("utf-8", "replace").decode())
    form = read_form(request.body)
    return [
        validator.compute_signature(url, form, settings.signature_algorithm)
        for url in {remove_port(address), add_port(address)}
    ]


def _secret(settings: SmsSettings) -> SecretStr:
    return settings.auth_token if settings.signature_algorithm == "HMAC_SHA1" else settings.signing_secret


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
