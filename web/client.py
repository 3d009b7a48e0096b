"""Who calls, as far as limits are concerned."""

import ipaddress

from starlette.requests import HTTPConnection, Request

_IPV6_SITE = 64
"""One household or server gets a whole /64 (RFC 6177), so that counts as one."""


def client_key(request: HTTPConnection) -> str:
    """The caller's address as it is counted: proxies' claims are resolved before, for trusted ones only."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))


def is_inside(request: Request) -> bool:
    """Whether the caller has an address of this machine or of a private network."""
    host = request.client.host if request.client else "127.0.0.1"
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
