"""`beyazmasa` as a person types it, in this process, on a desk of the test's own."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

import pipeline.desk
from cli.main import main
from config.settings import Settings
from pipeline.desk import Desk
from pipeline.transports import transports_of


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What `--json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def database_url(seeded_database_url: str) -> str:
    """A database that knows the shipped units, topics and rules."""
    return seeded_database_url


@pytest.fixture
def desk(desk_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk every command gets, with the shipped units and topics."""
    made = Desk(desk_settings)
    monkeypatch.setattr(pipeline.desk, "get_desk", lambda: made)
    yield made
    transports_of(made).close()
    made.engine.dispose()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command to its end; `stdin` is what it is piped."""
    monkeypatch.setenv("COLUMNS", "200")

    def run_it(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["beyazmasa", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfd.readouterr()
        # The program's own log goes to standard error; here it would stand between what commands print.
        with pytest.raises(SystemExit) as ended, capture_logs():
            main()
        code = ended.value.code
        if isinstance(code, str):  # what the interpreter prints on its way out
            print(code, file=sys.stderr)
        out, err = capfd.readouterr()
        return Ran(status=code if isinstance(code, int) else int(code is not None), out=out, err=err)

    return run_it
