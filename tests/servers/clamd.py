"""A real clamd with one signature of the tests' own: nothing is downloaded, and nothing harmful is there."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import DeskError
from pipeline.virus import ping
from tests.servers.processes import start, stop, wait_until

MARK = b"beyazmasa-test-signature-no-virus"
"""What our only signature looks for."""
VIRUS = "Beyazmasa.Test"
LARGEST = 1024 * 1024
_CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength {largest}
MaxThreads 2
User {user}
"""


class Clamd:
    """Answers at `address` (a socket) and `tcp_address` once it is started."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir()
        # Read by anybody: a signature names, then the kind of file, then where, then the bytes in hex.
        (folder / "signatures" / "own.ndb").write_text(f"{VIRUS}:0:*:{MARK.hex()}\n")
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
            self._port = int(free.getsockname()[1])
        user = "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
        text = _CONFIGURATION.format(folder=folder, port=self._port, largest=LARGEST, user=user)
        (folder / "clamd.conf").write_text(text)

    @property
    def address(self) -> str:
        """As CLAMD takes it."""
        return f"unix:{self._folder}/clamd.sock"

    @property
    def tcp_address(self) -> str:
        """The same over TCP."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self._program), "-c", str(self._folder / "clamd.conf")]
        self._process = start(command, self._folder / "log")
        wait_until(self._answers, "clamd")

    def stop(self) -> None:
        """Stop it; nobody listens then."""
        if self._process:
            stop(self._process)
            self._process = None
        (self._folder / "clamd.sock").unlink(missing_ok=True)

    def _answers(self) -> bool:
        with contextlib.suppress(DeskError):
            ping(self.address)
            return True
        return False


@contextmanager
def running(program: Path, folder: Path) -> Iterator[Clamd]:
    """A started one, stopped in the end."""
    server = Clamd(program, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
