"""Whether a push is Verimor's. It signs nothing, so: a secret part of the address, optionally basic auth and
a list of networks."""

import base64
import binascii
import hmac
from ipaddress import ip_address, ip_network

from connectors.base import WebhookRequest
from connectors.sms.settings import SmsSettings
from domain.errors import SignatureRejectedError


def check_push(request: WebhookRequest, settings: SmsSettings) -> None:
    """Return for a push that proves itself; raise SignatureRejectedError for any other. Every comparison is
    constant in time and all of them are made: the answer does not tell what was wrong."""
    proofs = [
        request.method.upper() == "POST",
        _same(request.path.strip("/"), settings.push_secret.get_secret_value()),
        _password_fits(request.headers.get("authorization", ""), settings),
        _address_allowed(request.client, settings.allowed_addresses),
    ]
    if not all(proofs):
        raise SignatureRejectedError("The push does not prove that it is Verimor's")


def _password_fits(header: str, settings: SmsSettings) -> bool:
    if not settings.push_username:
        return True
    scheme, _, encoded = header.partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    expected = f"{settings.push_username}:{settings.push_password.get_secret_value()}".encode()
    return hmac.compare_digest(given, expected) and scheme.lower() == "basic"


def _address_allowed(client: str, networks: tuple[str, ...]) -> bool:
    if not networks:
        return True
    try:
        address = ip_address(client)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(network) for network in networks)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
