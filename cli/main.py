"""`beyazmasa`: the desk's use cases for the terminal."""

import sys

import typer

from cli import cases, channels, intake, platform, serving
from cli.texts import say
from domain.errors import DeskError

app = typer.Typer(
    help=say("app.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for part in (platform, intake, channels, cases, serving):
    part.register(app)


def main() -> None:
    """Run the command line; a failure the desk knows ends in one line, never in a traceback."""
    try:
        app()
    except DeskError as error:
        sys.exit(say("app.failed", error=error))
