"""Which addresses that a stranger or an operator named may be called at all (G12).

A name is resolved once, every address it has must be a public one or lie in a network that was allowed, and
the connection goes to the very address that was checked: a name that changes its mind in between gains
nothing.
"""

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from domain.errors import ConnectionFailedError, PermanentError

_PORTS = {"http": 80, "https": 443}
_NAT64 = ip_network("64:ff9b::/96")
_Address = IPv4Address | IPv6Address
Resolver = Callable[[str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A web address with the one address of its host that was checked."""

    url: httpx.URL
    address: str

    def request(
        self, client: httpx.Client, method: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx.Request:
        """A request to the checked address, which still names the host to server and TLS."""
        return client.build_request(
            method,
            self.url.copy_with(host=self.address),
            headers={"Host": self.url.netloc.decode("ascii"), **headers},
            content=content,
            extensions={"sni_hostname": self.url.raw_host.decode("ascii")},
        )


def pinned(address: str, networks: Sequence[str], *, who: str, names: Resolver | None = None) -> Target:
    """The web address, if it may be called; `names` resolves names, `who` names the other side in errors.

    Raises PermanentError for what is no web address or lies neither on the public internet, on its scheme's
    own port, nor in one of `networks`, and ConnectionFailedError for a name that has no address now.
    """
    url = checked(address, who)
    host = url.raw_host.decode("ascii")  # as names travel: `xn--` for letters that DNS does not know
    port = url.port or _PORTS[url.scheme]
    found = _resolved(host, names or resolve, who)
    inside = all(_in(networks, each) for each in found)
    if not inside and not (port in _PORTS.values() and all(map(is_public, found))):
        raise PermanentError(f"{who} lies outside the public internet and is not called")
    return Target(url=url, address=str(found[0]))


def checked(address: str, who: str) -> httpx.URL:
    """A web address as it will be asked, without looking anything up. Raises PermanentError for none."""
    # One reader for what is checked and what is asked: two could understand an address differently.
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    port_is_none = url.port is not None and not 0 < url.port < 65536
    if not url.host or port_is_none or url.scheme not in _PORTS or url.userinfo:
        raise PermanentError(f"{who} has an address that is none")
    return url


def resolve(host: str) -> list[str]:
    """Every address a name has now, as text. Raises OSError for a name that has none."""
    return [
        str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    ]


def _resolved(host: str, names: Resolver, who: str) -> list[_Address]:
    with suppress(ValueError):
        return [ip_address(host)]
    try:
        return [ip_address(each) for each in names(host)]
    except (OSError, UnicodeError) as error:
        raise ConnectionFailedError(f"{who} has no address now ({type(error).__name__})") from error


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
