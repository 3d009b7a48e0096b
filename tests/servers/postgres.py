"""A real PostgreSQL for the tests: one server, a fresh database for each test copied from a template."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
from psycopg import sql

from config.sockets import socket_folder
from pipeline.embedded import postgres
from pipeline.embedded.stale import processes_on
from tests.servers import processes

# Nothing here outlives the machine, so nothing waits for the disk; what a killed server wrote survives it.
_FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "10min", "max_wal_size": "1GB"}


class PostgresServer:
    """A server under a folder of its own, that a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        sockets = socket_folder(folder) / "postgres"
        self._cluster = postgres.Cluster(data=folder / "postgres", sockets=sockets, settings=_FAST)
        self._log = folder / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def start(self) -> None:
        """Start it, on the data it had, and return when it accepts connections."""
        postgres.prepare(self._cluster)
        self._process = processes.start(postgres.command(self._cluster), self._log)
        processes.wait_until(lambda: postgres.is_ready(self._cluster), f"PostgreSQL, see {self._log}")

    def stop(self) -> None:
        """Shut it down cleanly; open connections are ended."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL it, and return when its backends have noticed: until then they answer."""
        assert self._process is not None
        backends = processes_on(self._cluster.data)
        processes.stop(self._process, signal.SIGKILL)
        psutil.wait_procs(backends, timeout=processes.START_TIMEOUT)

    def revive(self) -> None:
        """Start it again if a test left it dead."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def restart(self) -> None:
        """Stop it, if it runs, and start it again on the same data."""
        self.stop()
        self.start()

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return self._cluster.url(database)

    def create_template(self, name: str, of: str = "template0") -> str:
        """Make a database, empty or as a copy, for `create` to copy, and return its URL."""
        self._run("CREATE DATABASE {} TEMPLATE {}", name, of)
        return self.url(name)

    def create(self, template: str = "template0") -> str:
        """Make a fresh database as a copy of a template, and return its URL."""
        self._made += 1
        name = f"test_{self._made}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    @contextmanager
    def fresh(self, template: str) -> Iterator[str]:
        """The URL of a database that is dropped in the end; a server left dead is started again."""
        self.revive()
        url = self.create(template)
        yield url
        self.revive()
        self.drop(url)

    def drop(self, url: str) -> None:
        """Drop a database made by `create`, whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.partition("@/")[2].partition("?")[0])

    def _run(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
