"""A desk of the bench's own: embedded servers in a folder that is thrown away, with the program's processes.

Nothing of the machine's configuration is used, so no real data and no real gateway either.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from config.settings import Settings
from pipeline.desk import Desk
from pipeline.embedded import postgres, valkey
from pipeline.programs import procfile_programs
from pipeline.up import prepare_database
from pipeline.waiting import until

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).parent.parent
_KEPT = ("HOME", "LANG", "LC_ALL", "PYTHONPATH")
_SERVERS = ("valkey", "postgres")
_START_SECONDS, _END_SECONDS = 60.0, 30.0


class Stack:
    """Servers, settings and processes under one folder. Leaving it ends them all and removes the folder."""

    def __init__(self, folder: Path, **variables: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._variables = {"VAR_DIR": str(folder), "LOG_LEVEL": "WARNING"} | variables
        given = {name.lower(): value for name, value in self._variables.items()}
        self.settings = Settings(_env_file=None, **given)  # type: ignore[call-arg,arg-type]
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self._lines = procfile_programs(_ROOT / "Procfile")

    def __enter__(self) -> Self:
        try:
            self._start_servers()
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

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A fresh view of the desk, as each process has its own; its connections are closed at the end."""
        desk = Desk(self.settings)
        try:
            yield desk
        finally:
            desk.engine.dispose()

    def start(self, name: str, line: str = "") -> int:
        """Start a program of the Procfile, or a line as one; returns its pid. It dies with the bench."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.programs[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "sh", "-c", f"exec {line or self._lines[name]}"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.pid(name)

    def pid(self, name: str) -> int:
        """The process of a program that runs."""
        return self.programs[name].pid

    def stop(self, *names: str) -> None:
        """End these programs, by force where they take too long."""
        for name in names:
            self.programs[name].send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        for name in names:
            program = self.programs.pop(name)
            try:
                program.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()

    def wait_for(self, name: str, ready: Callable[[], bool]) -> None:
        """Return when a program is ready. Raises RuntimeError, with what it printed, when it ends instead."""
        until(lambda: self.programs[name].poll() is not None or ready(), name, _START_SECONDS)
        if self.programs[name].poll() is not None:
            said = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{name} ended: {said[-2000:]}")

    def _start_servers(self) -> None:
        settings = {"track_commit_timestamp": "on"}  # tells when a case was there
        sockets = self.settings.postgres_sockets
        cluster = postgres.Cluster(data=self.folder / "postgres", sockets=sockets, settings=settings)
        doorbell = valkey.Doorbell(data=self.folder / "valkey", socket=self.settings.valkey_socket)
        postgres.prepare(cluster)
        self.start("postgres", " ".join(postgres.command(cluster)))
        self.start("valkey", "beyazmasa valkey")
        self.wait_for("postgres", lambda: postgres.is_ready(cluster))
        self.wait_for("valkey", lambda: valkey.is_ready(doorbell))

    def _environment(self) -> dict[str, str]:
        # This desk's places only, and nothing of whoever runs the bench.
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        kept |= {"PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        own = {"DATABASE_URL": self.settings.database, "REDIS_URL": self.settings.redis}
        return kept | self._variables | own

    def _end(self) -> None:
        self.stop(*(name for name in list(self.programs) if name not in _SERVERS))
        self.stop(*(name for name in _SERVERS if name in self.programs))
