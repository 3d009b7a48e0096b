"""Whether a call is BiP's. It signs nothing: basic auth with the service's user, or a secret part of the
address for the older push, and optionally a list of networks."""

from connectors.base import WebhookRequest
from connectors.bip.settings import BipSettings
from connectors.guards import address_allowed, basic_auth_fits, same
from domain.errors import SignatureRejectedError

REPORT = "report"
"""What BiP appends to the registered address for its reports on sending."""


def check_call(request: WebhookRequest, settings: BipSettings) -> None:
    """Return for a call that proves itself; raise SignatureRejectedError for any other. Every comparison is
    made and constant in time: the answer does not tell what was wrong."""
    secret = settings.path_secret.get_secret_value()
    parts = request.path.strip("/").split("/")
    if parts[-1] == REPORT:
        parts = parts[:-1] or [""]
    knows_path = same(parts[0], secret) and bool(secret) and len(parts) == 1
    knows_password = basic_auth_fits(request.headers.get("authorization", ""), *settings.push_credentials)
    plain_path = parts == [""]
    proofs = [
        request.method.upper() == "POST",
        knows_path or (knows_password and plain_path),
        address_allowed(request.client, settings.allowed_addresses),
    ]
    if not all(proofs):
        raise SignatureRejectedError("The call does not prove that it is BiP's")
