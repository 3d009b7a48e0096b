"""Whether a webhook call is Twilio's: the signature over the configured public address (S1)."""

import hmac
from urllib.parse import urlsplit

from pydantic import SecretStr
from twilio.request_validator import RequestValidator, add_port, get_signature_algorithm, remove_port

from connectors.base import WebhookRequest
from connectors.twilio_common.account import TwilioSigning
from connectors.twilio_common.forms import read_form
from domain.errors import SignatureRejectedError

_SIGNATURE = "x-twilio-signature"
_SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"


def check_signature(request: WebhookRequest, settings: TwilioSigning, public_url: str) -> None:
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


def signed_addresses(request: WebhookRequest, public_url: str) -> list[str]:
    """The address as Twilio was told it: the account's public one, what followed it, the query as sent.

    Two of them for the account's own address, which may have been pasted with a slash at its end.
    """
    path = request.path.strip("/")
    query = f"?{request.raw_query}" if request.raw_query else ""
    ways = [f"/{request.path.lstrip('/')}"] if path else ["", "/"]
    return [(public_url.rstrip("/") + way + query).encode("utf-8", "replace").decode() for way in ways]


def _signatures(request: WebhookRequest, settings: TwilioSigning, public_url: str) -> list[str]:
    validator = RequestValidator(_secret(settings).get_secret_value())
    form = read_form(request.body)
    addresses = [urlsplit(a) for a in signed_addresses(request, public_url)]
    return [
        validator.compute_signature(url, form, settings.signature_algorithm)
        for url in dict.fromkeys(with_port(a) for a in addresses for with_port in (remove_port, add_port))
    ]


def _secret(settings: TwilioSigning) -> SecretStr:
    return settings.auth_token if settings.signature_algorithm == "HMAC_SHA1" else settings.signing_secret


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
