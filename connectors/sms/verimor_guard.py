"""Whether a push is Verimor's. It signs nothing, so: a secret part of the address, optionally basic auth and
a list of networks."""

from connectors.base import WebhookRequest
from connectors.guards import address_allowed, basic_auth_fits, same
from connectors.sms.settings import SmsSettings
from domain.errors import SignatureRejectedError


def check_push(request: WebhookRequest, settings: SmsSettings) -> None:
    """Return for a push that proves itself; raise SignatureRejectedError for any other. Every comparison is
    constant in time and all of them are made: the answer does not tell what was wrong."""
    password = settings.push_password.get_secret_value()
    fits = basic_auth_fits(request.headers.get("authorization", ""), settings.push_username, password)
    proofs = [
        request.method.upper() == "POST",
        same(request.path.strip("/"), settings.push_secret.get_secret_value()),
        fits or not settings.push_username,
        address_allowed(request.client, settings.allowed_addresses),
    ]
    if not all(proofs):
        raise SignatureRejectedError("The push does not prove that it is Verimor's")
