"""A desk of the bench's own: embedded PostgreSQL and Valkey in a folder that is thrown away, and the program's
processes on them. Nothing of the machine's configuration is used, so no real data and no real gateway either.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.embedded import postgres, valkey
from pipeline.up import prepare_database
from pipeline.waiting import until

BIN = Path(sys.executable).parent
_START_SECONDS = 60.0
_END_SECONDS = 20.0
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV")


class Stack:
    """Servers, settings and processes under one folder. Leaving it ends them all and removes the folder."""

    def __init__(self, folder: Path, *, web_port: int = 0) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        given = {"var_dir": folder, "web_port": web_port, "log_level": "WARNING"}
        self.settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
        self.programs: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        cluster = postgres.Cluster(data=self.folder / "postgres", sockets=self.settings.postgres_sockets)
        doorbell = valkey.Doorbell(data=self.folder / "valkey", socket=self.settings.valkey_socket)
        try:
            self.start("postgres", ["beyazmasa", "postgres"])
            self.start("valkey", ["beyazmasa", "valkey"])
            self._await("postgres", lambda: postgres.is_ready(cluster))
            self._await("valkey", lambda: doorbell.socket.exists() and valkey.is_ready(doorbell))
            prepare_database(self.settings)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.settings.run_dir, ignore_errors=True)

    def desk(self) -> Desk:
        """A fresh view of the desk, as each process has its own."""
        return Desk(self.settings)

    def environment(self) -> dict[str, str]:
        """What its processes are told: this desk's places, and nothing of whoever runs the bench."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.settings.database,
            "REDIS_URL": self.settings.redis,
            "WEB_PORT": str(self.settings.web_port),
            "LOG_LEVEL": "WARNING",
            "dramatiq_worker_timeout": "100",
        }

    def start(self, name: str, command: Sequence[str]) -> int:
        """Start a program of this environment, or of the machine; returns its pid. It dies with the bench."""
        own = BIN / command[0]
        argv = [str(own) if own.exists() else command[0], *command[1:]]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.programs[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *argv],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.programs[name].pid

    def stop(self, *names: str) -> None:
        """End these programs, cleanly where they do so in time."""
        for name in names:
            number = signal.SIGINT if name == "postgres" else signal.SIGTERM
            self.programs[name].send_signal(number)
        for name in names:
            program = self.programs.pop(name)
            try:
                program.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()

    def log(self, name: str) -> str:
        """What a program has printed."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _await(self, name: str, ready: object) -> None:
        assert callable(ready)
        until(lambda: self.programs[name].poll() is not None or ready(), name, _START_SECONDS)
        if self.programs[name].poll() is not None:
            raise RuntimeError(f"{name} ended: {self.log(name)[-2000:]}")

    def _end(self) -> None:
        servers = ("valkey", "postgres")
        self.stop(*(name for name in list(self.programs) if name not in servers))
        self.stop(*(name for name in servers if name in self.programs))
