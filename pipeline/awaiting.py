"""How to tell that what was started is ready for work, and what to say when it will never be."""

import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from config.settings import Settings
from domain.errors import ConnectionFailedError
from pipeline.embedded import valkey
from pipeline.embedded.postgres import Cluster
from pipeline.embedded.postgres import is_ready as postgres_is_ready
from pipeline.refusal import StartRefusedError
from pipeline.supervision import Supervisor
from pipeline.waiting import until

_PATIENCE = 120.0
_OUTSIDE = 10.0  # seconds for a server of somebody else's, which should be there already
_HOPELESS = 3
"""Failures in a row after which a program is taken to be broken, not merely slow."""


def await_servers(settings: Settings, supervisor: Supervisor) -> None:
    """Return when the servers of this deployment accept work. Raises StartRefusedError when one does not.

    A PostgreSQL of DATABASE_URL is not asked here: the migration that follows is its test.
    """
    if not settings.database_url:
        cluster = Cluster(data=settings.var_dir / "postgres", sockets=settings.postgres_sockets)
        _await(settings, supervisor, "postgres", partial(postgres_is_ready, cluster))
    answers = partial(valkey.answers, settings.redis)
    if not settings.redis_url:
        _await(settings, supervisor, "valkey", answers)
        return
    try:
        until(answers, "REDIS_URL", _OUTSIDE)
    except ConnectionFailedError:
        raise StartRefusedError("redis_unreachable") from None


def await_web(settings: Settings, supervisor: Supervisor) -> None:
    """Return when the web process calls itself ready. Raises StartRefusedError when it fails instead."""
    _await(settings, supervisor, "web", partial(_is_ready, f"{web_address(settings)}/readyz"))


def web_address(settings: Settings) -> str:
    """The address at which this machine reaches the web process."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web_host, settings.web_host)  # noqa: S104
    return f"http://[{host}]:{settings.web_port}" if ":" in host else f"http://{host}:{settings.web_port}"


def _await(settings: Settings, supervisor: Supervisor, name: str, ready: Callable[[], bool]) -> None:
    failures: set[int] = set()

    def hopeless() -> bool:
        state = supervisor.states().get(name)
        if state and state.stopped_at:
            failures.add(state.stopped_at)
        return len(failures) >= _HOPELESS or not supervisor.alive()

    try:
        until(lambda: ready() or hopeless(), name, _PATIENCE)
    except ConnectionFailedError:
        raise _failure(settings, name) from None
    if not supervisor.alive():
        raise StartRefusedError("supervisor_died", logs=settings.var_dir / "log")
    if not ready():
        raise _failure(settings, name)


def _failure(settings: Settings, name: str) -> StartRefusedError:
    log = settings.var_dir / "log" / f"{name}.log"
    return StartRefusedError("program_failed", name=name, log=log, line=_last_line(log))


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
