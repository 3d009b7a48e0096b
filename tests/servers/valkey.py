"""A real Valkey for the tests, on a unix socket, that a test may flush, kill and start again."""

import subprocess
import sys
from pathlib import Path

import redis

from config.sockets import socket_folder
from pipeline.embedded.valkey import Doorbell, is_ready
from tests.servers import processes

_SERVE = """
import sys
from pathlib import Path
from pipeline.embedded.valkey import Doorbell, serve
serve(Doorbell(data=Path(sys.argv[1]), socket=Path(sys.argv[2])))
"""


class ValkeyServer:
    """A server under a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._doorbell = Doorbell(data=folder / "valkey", socket=socket_folder(folder) / "valkey.sock")
        self._log = folder / "valkey.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the data it had, and return when it answers."""
        places = [str(self._doorbell.data), str(self._doorbell.socket)]
        self._process = processes.start([sys.executable, "-c", _SERVE, *places], self._log)
        processes.wait_until(lambda: is_ready(self._doorbell), f"Valkey, see {self._log}")

    def stop(self) -> None:
        """Shut it down cleanly."""
        if self._process is not None:
            processes.stop(self._process)

    def kill(self) -> None:
        """SIGKILL it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def revive(self) -> None:
        """Start it again if a test left it dead."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def restart(self) -> None:
        """Stop it, if it runs, and start it again on the same data."""
        self.stop()
        self.start()

    def flush(self) -> None:
        """Forget every key of every database."""
        with redis.Redis.from_url(self.url()) as client:
            client.flushall()

    def url(self, database: int = 0) -> str:
        """The URL of one of its numbered databases."""
        return self._doorbell.url(database)
