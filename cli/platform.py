"""The commands that start things: the whole desk, the embedded servers, the schema."""

import typer

from cli.refusals import refusals
from cli.screen import TerminalScreen
from cli.texts import say
from config.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (up, postgres, valkey, migrate):
        app.command(help=say(f"{command.__name__}.help"))(command)


def up() -> None:
    """Start everything on this machine and stay until Ctrl-C."""
    from pipeline.refusal import StartRefusedError
    from pipeline.up import up as start

    try:
        start(get_settings(), TerminalScreen("up"))
    except StartRefusedError as error:
        typer.echo(say(f"up.refused.{error.reason}", **error.values), err=True)
        raise typer.Exit(1) from error


def postgres() -> None:
    """Become the embedded PostgreSQL."""
    from pipeline.embedded.postgres import Cluster, serve

    settings = get_settings()
    serve(Cluster(data=settings.var_dir / "postgres", sockets=settings.postgres_sockets))


def valkey() -> None:
    """Become the embedded Valkey."""
    from pipeline.embedded.valkey import Doorbell, serve

    settings = get_settings()
    serve(Doorbell(data=settings.var_dir / "valkey", socket=settings.valkey_socket))


def migrate() -> None:
    """Bring the configured database to this program's schema and shipped data."""
    from pipeline.up import prepare_database

    with refusals("up"):
        prepare_database(get_settings())
    typer.echo(say("migrate.done"))
