"""Fetches a file from an address that a stranger named, without letting it reach into our own network (G12).

A name is resolved once, every address it has must be a public one, and the connection goes to the address
that was checked: a name that changes its mind in between gains nothing. Redirects are checked the same way.
"""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin

import httpx

from connectors.http import http_error, reaching
from domain.errors import ConnectionFailedError, PermanentError, TransientError

MOST_REDIRECTS = 3
TOTAL_SECONDS = 60.0
"""A server that trickles holds a worker no longer than this."""
_WHO = "The photo's server"
_PORTS = {"http": 80, "https": 443}
_NAT64 = ip_network("64:ff9b::/96")
_Address = IPv4Address | IPv6Address
Resolver = Callable[[str], Sequence[str]]


def fetch_public(
    address: str,
    max_bytes: int,
    *,
    timeout_seconds: float,
    networks: Sequence[str] = (),
    now: datetime,
    names: Resolver | None = None,
) -> bytes:
    """The content at a web address on the public internet, or in one of `networks`. `names` resolves names.

    Raises PermanentError for an address that is none, lies elsewhere, is gone, or holds more than allowed,
    and a TransientError when it cannot be reached now.
    """
    until = time.monotonic() + TOTAL_SECONDS
    client = httpx.Client(timeout=timeout_seconds, follow_redirects=False, trust_env=False)
    with client, reaching(_WHO):
        for _ in range(MOST_REDIRECTS + 1):
            request = _pinned(client, address, networks, names or resolve)
            answer = client.send(request, stream=True)
            try:
                if not answer.is_redirect:
                    return _content(answer, max_bytes, until, now)
                address = _moved(address, answer.headers.get("location", ""))
            finally:
                answer.close()
    raise PermanentError("The photo is redirected without end")


def _pinned(client: httpx.Client, address: str, networks: Sequence[str], names: Resolver) -> httpx.Request:
    """A request to the very address that was checked, which still names the host to server and TLS."""
    url = _checked(address)
    host = url.raw_host.decode("ascii")  # as names travel: `xn--` for letters that DNS does not know
    port = url.port or _PORTS[url.scheme]
    found = _resolved(host, names)
    inside = all(_in(networks, each) for each in found)
    if not inside and not (port in _PORTS.values() and all(map(is_public, found))):
        raise PermanentError("This address lies outside the public internet and is not fetched")
    return client.build_request(
        "GET",
        url.copy_with(host=str(found[0])),
        headers={"Host": url.netloc.decode("ascii"), "Accept": "*/*", "Accept-Encoding": "identity"},
        extensions={"sni_hostname": host},
    )


def _checked(address: str) -> httpx.URL:
    # One reader for what is checked and what is asked: two could understand an address differently.
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    port_is_none = url.port is not None and not 0 < url.port < 65536
    if not url.host or port_is_none or url.scheme not in _PORTS or url.userinfo:
        raise PermanentError("This is no web address of a photo")
    return url


def _moved(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise PermanentError("The photo is said to lie where no address is") from None


def resolve(host: str) -> list[str]:
    """Every address a name has now, as text. Raises OSError for a name that has none."""
    return [
        str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    ]


def _resolved(host: str, names: Resolver) -> list[_Address]:
    with suppress(ValueError):
        return [ip_address(host)]
    try:
        return [ip_address(each) for each in names(host)]
    except (OSError, UnicodeError) as error:
        raise ConnectionFailedError(f"{_WHO} has no address now ({type(error).__name__})") from error


def is_public(address: _Address) -> bool:
    """Whether an address belongs to the public internet; one that wraps another counts as that one."""
    inner = _unwrapped(address)
    if inner is not address:
        return is_public(inner)
    site_local = isinstance(address, IPv6Address) and address.is_site_local  # RFC 3879: old, still routed
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def _unwrapped(address: _Address) -> _Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _in(networks: Sequence[str], address: _Address) -> bool:
    plain = _unwrapped(address)
    return any(plain in ip_network(network) for network in networks)


def _content(answer: httpx.Response, max_bytes: int, until: float, now: datetime) -> bytes:
    error = http_error(answer.status_code, answer.headers, b"", who=_WHO, now=now)
    if isinstance(error, TransientError):
        raise error
    if error:  # a refusal there is nothing that anybody here could mend
        raise PermanentError(str(error))
    content = bytearray()
    for piece in answer.iter_raw():  # not decoded: a small compressed piece can grow a thousandfold
        content += piece
        if len(content) > max_bytes:
            raise PermanentError(f"The photo is larger than {max_bytes} bytes")
        if time.monotonic() > until:
            raise ConnectionFailedError(f"{_WHO} takes too long")
    return bytes(content)
