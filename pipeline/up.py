"""`make run`: everything on one machine, from an empty folder to open pages, and down again at Ctrl-C."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from config.settings import STAFF_FILE, Settings
from domain.errors import ConnectionFailedError
from pipeline import leftovers, ports
from pipeline.awaiting import await_servers, await_web, web_address
from pipeline.lock import hold
from pipeline.refusal import StartRefusedError
from pipeline.supervision import Supervisor

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Screen(Protocol):
    """Where a person watches; every name is a sentence of a catalogue."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Show that something long is going on while the context is open."""

    def say(self, name: str, /, **values: object) -> None:
        """Show one sentence."""


def up(settings: Settings, screen: Screen) -> None:
    """Start everything, and stay until SIGINT, SIGTERM or SIGHUP; then stop everything and return.

    What an earlier run left behind is ended first. Raises StartRefusedError when something stands in the
    way or the supervisor dies; the data stay as they are, and the next start goes on with them.
    """
    with _one_run(settings), _interrupts():
        if count := leftovers.end(settings.run_dir):
            screen.say("left_over", count=count)
        _check_port(settings)
        try:
            _run(settings, screen)
        except KeyboardInterrupt:
            pass
        finally:
            _handle(signal.SIG_IGN)
            with screen.step("stop"):
                leftovers.end(settings.run_dir)
    screen.say("stopped")


def _run(settings: Settings, screen: Screen) -> None:
    with screen.step("start_servers"):
        supervisor = Supervisor.start(settings)
        await_servers(settings, supervisor)
    with screen.step("migrate"):
        prepare_database(settings)
    with screen.step("start_programs"):
        supervisor.start_program("web")  # alone first: a person waits for its pages, and starting is costly
        await_web(settings, supervisor)
        supervisor.start_programs()
    known = _pids(supervisor)
    screen.say("ready", address=web_address(settings))
    if settings.development:
        screen.say("outbox", address=web_address(settings))
        screen.say("staff", address=web_address(settings), file=settings.var_dir / "secrets" / STAFF_FILE)
    screen.say("watching", logs=settings.var_dir / "log")
    while not supervisor.wait(1.0):
        pids = _pids(supervisor)
        for name in (name for name, pid in pids.items() if known.get(name, pid) != pid):
            screen.say("restarted", name=name, log=settings.var_dir / "log" / f"{name}.log")
        known |= pids
    raise StartRefusedError("supervisor_died", logs=settings.var_dir / "log")


def _pids(supervisor: Supervisor) -> dict[str, int]:
    return {name: state.pid for name, state in supervisor.states().items() if state.pid}


def prepare_database(settings: Settings) -> None:
    """Migrate, and seed units, topics and accounts, once no other host does. Raises StartRefusedError when
    the database is out of reach, in use or newer than this program."""
    from pipeline.desk import Desk  # these load the whole program, and a person waits for the first line
    from pipeline.seed import seed
    from store.migrate import NewerSchemaError, TableInUseError, alone, upgrade

    try:
        with alone(settings.database):
            upgrade(settings.database)
            desk = Desk(settings)
            seed(desk)
            desk.engine.dispose()
    except TableInUseError as error:
        raise StartRefusedError("database_in_use") from error
    except NewerSchemaError as error:
        raise StartRefusedError("database_newer") from error
    except ConnectionFailedError as error:
        raise StartRefusedError("database_unreachable", error=error) from error


def _check_port(settings: Settings) -> None:
    host, port = settings.web_host, settings.web_port
    if (code := ports.obstacle(host, port)) is None:
        return
    found = ports.holder(port) if code == "EADDRINUSE" else ports.Holder()
    if found.run:
        raise StartRefusedError("port_taken_by_run", port=port, pid=found.pid, run=found.run)
    if found.pid:
        raise StartRefusedError("port_taken", port=port, pid=found.pid, name=found.name)
    if code == "EADDRINUSE":
        raise StartRefusedError("port_taken_by_somebody", port=port)
    raise StartRefusedError("port_refused", port=port, host=host, code=code)


@contextmanager
def _one_run(settings: Settings) -> Iterator[None]:
    with hold(settings.run_dir / "up.lock") as other:
        if other:
            raise StartRefusedError("already_running", pid=other, address=web_address(settings))
        yield


@contextmanager
def _interrupts() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    _handle(_interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handle(handler: signal.Handlers | Callable[[int, object], None]) -> None:
    for number in _SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants it ignored
            signal.signal(number, handler)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)
