"""`beyazmasa up` in a folder of a test's own, with a web process that is only ready and nothing more."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from config.sockets import socket_folder
from tests.servers.processes import wait_until

PROCFILE = """\
web: python -m http.server "$WEB_PORT" --bind 127.0.0.1 --directory pages
clock: sleep 1000
"""
RUNNING = "Durdurmak için Ctrl-C"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Folder:
    """A deployment's folder; `variables` are its environment beside the test's own."""

    def __init__(self, path: Path, procfile: str = PROCFILE, **variables: str) -> None:
        self.path = path
        (path / "pages").mkdir(parents=True)
        (path / "pages" / "readyz").touch()
        (path / "Procfile").write_text(procfile)
        self.port = free_port()
        self.variables = {"WEB_PORT": str(self.port)} | variables

    @property
    def run_dir(self) -> Path:
        """Where its sockets and locks are."""
        return socket_folder(self.path / "var")


class Up:
    """One `beyazmasa up`, and what it has said so far."""

    def __init__(self, folder: Folder, *prefix: str) -> None:
        self._log = folder.path / "up.txt"
        command = [
            "setpriv",
            "--pdeathsig",
            "TERM",
            "env",
            "--default-signal=HUP,INT",  # children inherit it where whoever runs the tests ignores them
            *prefix,
            str(Path(sys.executable).with_name("beyazmasa")),
            "up",
        ]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder.path,
                env={name: value for name, value in os.environ.items() if name != "VAR_DIR"}
                | folder.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything it printed."""
        return self._log.read_text(encoding="utf-8")

    def until(self, sentence: str) -> "Up":
        """Wait until it says this; it must not end before."""
        wait_until(lambda: sentence in self.said or self.process.poll() is not None, sentence, 120)
        assert sentence in self.said, self.said
        return self

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send it a signal and wait. Returns its exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Its exit status, once it has one."""
        return self.process.wait(120)
