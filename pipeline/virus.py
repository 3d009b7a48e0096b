"""Asks ClamAV's daemon whether a file holds a virus (G12): INSTREAM over its socket, nothing is written."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.vocabulary import ScanState

if TYPE_CHECKING:
    from clamav_client.clamd import ClamdNetworkSocket  # loaded where a file is scanned: many desks scan none

TIMEOUT_SECONDS = 60
PORT = 3310
TOO_LARGE = "larger than the virus scanner takes"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What the scanner said; `why` is the virus's name, or why there is no answer."""

    state: ScanState
    why: str | None = None


def scan(address: str, content: bytes, timeout: int = TIMEOUT_SECONDS) -> Scanned:
    """What the scanner at `unix:/path` or `host:port` says of a file.

    Raises ConnectionFailedError while it is away or answers nonsense, and NotConfiguredError for an address
    that is none.
    """
    from clamav_client.clamd import BufferTooLongError, ClamdError

    client = _client(address, timeout)
    try:
        answers = list(client.instream(io.BytesIO(content)).values())
    except BufferTooLongError:
        return Scanned(state=ScanState.UNSCANNED, why=TOO_LARGE)
    except BrokenPipeError:
        # clamd hangs up on who sends more than StreamMaxLength, and its word may be lost with the line.
        return Scanned(state=ScanState.UNSCANNED, why=TOO_LARGE)
    except (ClamdError, OSError, UnicodeError) as error:
        raise ConnectionFailedError(f"the virus scanner at {address} is away: {error}") from error
    if not answers:
        raise ConnectionFailedError(f"the virus scanner at {address} hung up")
    said, name = answers[0]
    if said == "FOUND":
        return Scanned(state=ScanState.INFECTED, why=name or "unnamed")
    if said == "OK":
        return Scanned(state=ScanState.CLEAN)
    return Scanned(state=ScanState.UNSCANNED, why=name or said)


def ping(address: str, timeout: int = 5) -> None:
    """Nothing when the scanner answers. Raises as `scan` does."""
    scan(address, b"", timeout)  # the library's own ping leaves its socket open when nobody answers


def _client(address: str, timeout: int) -> "ClamdNetworkSocket":
    from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket

    if address.startswith(("unix:", "/")):
        return ClamdUnixSocket(address.removeprefix("unix:").replace("//", "/", 1), timeout)
    host, _, port = address.rpartition(":") if ":" in address else (address, "", str(PORT))
    if not (host and port.isdigit()):
        raise NotConfiguredError(f"CLAMD is neither unix:/path nor host:port: {address!r}")
    return ClamdNetworkSocket(host, int(port), timeout)
