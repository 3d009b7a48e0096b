"""The processes of the Procfile that are not dramatiq's own."""

import signal
from threading import Event
from types import FrameType

import typer

from cli.texts import say


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (connectors, clock, lmtp):
        app.command(help=say(f"{command.__name__}.help"))(command)


def connectors() -> None:
    """Read the polled accounts."""
    from pipeline.desk import get_desk
    from pipeline.fetchers import Fetchers
    from pipeline.holder import holder

    desk, stop = get_desk(), _until_told()
    with holder(desk.settings.run_dir, stop) as name:
        Fetchers(desk, name, stop).run()


def clock() -> None:
    """Sweep what is due."""
    from pipeline.clock import run
    from pipeline.desk import get_desk

    run(get_desk(), _until_told())


def lmtp(
    account: str = typer.Option("lmtp", help=say("lmtp.account")),
    host: str = typer.Option("127.0.0.1", help=say("lmtp.host")),
    port: int = typer.Option(2424, help=say("lmtp.port")),
) -> None:
    """Take mail from a mail server that delivers by LMTP."""
    from connectors.email.lmtp import serve
    from pipeline.desk import get_desk
    from pipeline.ingest import account_for_files, ingest

    desk = get_desk()
    into = account_for_files(desk, account)

    def store(raw: bytes, _recipient: str) -> None:
        for _ in ingest(desk, into, [raw]):
            pass

    serve(store, host=host, port=port)


def _until_told() -> Event:
    stop = Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    return stop
