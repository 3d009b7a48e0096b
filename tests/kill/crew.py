"""The desk as `make run` runs it: the project's own supervisor, its Procfile, embedded servers, real mail."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg.rows import dict_row

from config.settings import Settings, get_settings
from domain.vocabulary import Channel
from pipeline import channels, leftovers
from pipeline.awaiting import await_servers
from pipeline.desk import Desk
from pipeline.programs import procfile_programs
from pipeline.supervision import Supervisor
from pipeline.up import prepare_database
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.processes import wait_until

ROOT = Path(__file__).parents[2]
_NO_WEB = ("connectors", "worker", "documents", "notifier", "clock")


class Crew:
    """A running desk without its web process, and what a test does to it."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self.settings, self.supervisor = settings, supervisor
        self.desk = Desk(settings)
        self._line: psycopg.Connection[dict[str, Any]] | None = None

    def add_mailbox(self, server: Dovecot, user: str, **more: str) -> int:
        """Have the connectors read this user's mail. Returns the account's key."""
        given = {
            "host": "127.0.0.1", "port": str(server.port), "security": "none",
            "username": user, "password": PASSWORD,
        }  # fmt: skip
        return channels.add(self.desk, Channel.EMAIL, user, given | more).id

    def program(self, name: str) -> psutil.Process | None:
        """The process of a program that runs right now."""
        state = self.supervisor.states().get(name)
        try:
            return psutil.Process(state.pid) if state and state.pid else None
        except psutil.NoSuchProcess:
            return None

    def children(self, name: str) -> list[psutil.Process]:
        """A program's own processes that live; multiprocessing's resource tracker is none of them."""
        program = self.program(name)
        try:
            return [p for p in program.children() if _works(p)] if program else []
        except psutil.NoSuchProcess:
            return []

    def log(self, name: str) -> str:
        """What a program has said."""
        path = self.settings.var_dir / "log" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def rows(self, statement: Any, *values: object) -> list[dict[str, Any]]:
        """What the database answers; it must be up."""
        try:
            return self._asked(statement, values)
        except psycopg.OperationalError:
            self.hang_up()  # it was restarted meanwhile, or is away: a new line tells
            return self._asked(statement, values)

    def hang_up(self) -> None:
        """Drop the line to the database."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _asked(self, statement: Any, values: Sequence[object]) -> list[dict[str, Any]]:
        # One line for all questions: what is awaited is asked a hundred times a second.
        url = self.settings.database
        self._line = self._line or psycopg.connect(url, row_factory=dict_row, autocommit=True)
        cursor = self._line.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def value(self, statement: Any, *values: object) -> Any:
        """The one value the database answers, None while it is away."""
        try:
            [row] = self.rows(statement, *values)
        except psycopg.OperationalError:
            return None
        return next(iter(row.values()))

    def await_value(self, expected: object, statement: Any, *values: object, timeout: float = 60) -> None:
        """Wait until the database gives this answer. Raises TimeoutError with the last one."""
        last: list[object] = [None]

        def arrived() -> bool:
            last[0] = self.value(statement, *values)
            return last[0] == expected

        try:
            wait_until(arrived, "", timeout)
        except TimeoutError:
            raise TimeoutError(f"{statement}: {last[0]} instead of {expected} after {timeout} s") from None


def _works(process: psutil.Process) -> bool:
    try:
        return "resource_tracker" not in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # which a zombie is, too
        return False


def shipped_programs() -> dict[str, str]:
    """The Procfile's programs but the web process, as important as whatever else this machine tests."""
    found = procfile_programs(ROOT / "Procfile")
    return {name: re.sub(r"\bnice -n \d+ ", "", found[name]) for name in _NO_WEB}


@contextmanager
def running_crew(
    settings: Settings, programs: Mapping[str, str], prepare: Callable[[Crew], object] = lambda crew: None
) -> Iterator[Crew]:
    """A supervised desk whose programs start once `prepare` is done; all of it ends with the context."""
    supervisor = Supervisor.start(settings, programs=dict(programs))
    crew = Crew(settings, supervisor)
    try:
        await_servers(settings, supervisor)
        prepare_database(settings)
        prepare(crew)
        supervisor.start_programs()
        yield crew
    finally:
        crew.hang_up()
        crew.desk.engine.dispose()
        leftovers.end(settings.run_dir)
        assert supervisor.wait(60)


def desk_settings(monkeypatch: pytest.MonkeyPatch, folder: Path, **variables: str) -> Settings:
    """This test's settings with these variables and no `.env` near; what is started later has them too."""
    monkeypatch.chdir(folder)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    return get_settings()
