"""No test speaks to the world: connections leave for loopback and unix sockets only."""

import ipaddress
import socket
import sys
from typing import Any

_NAMES = {"localhost", "", socket.gethostname()}


class LeftTheMachineError(AssertionError):
    """A test tried to reach another machine."""


def keep_on_loopback() -> None:
    """From now on, refuse in this process whatever is not loopback; an audit hook cannot be taken back."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" or event == "socket.sendto":
        _check(arguments[1])
    elif event == "socket.getaddrinfo":
        _check((arguments[0],))


def _check(address: object) -> None:
    if isinstance(address, tuple) and not _is_local(address[0]):
        raise LeftTheMachineError(f"a test tried to reach {address[0]!r}; only loopback is allowed")


def _is_local(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name in _NAMES
    return address.is_loopback or address.is_unspecified
