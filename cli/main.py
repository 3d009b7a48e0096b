"""`beyazmasa`: the desk's use cases for the terminal."""

import sys
from io import TextIOWrapper

import typer

from cli import (
    cases,
    channels,
    citizens,
    contacts,
    crm,
    demo,
    evaluation,
    feeds,
    incidents,
    intake,
    letters,
    models,
    notices,
    platform,
    reports,
    serving,
    simulation,
    taxonomy,
    topics,
    units,
)
from cli.refusals import line
from cli.texts import say
from cli.usage import mistake, translate_help, wants_help
from domain.errors import DeskError

app = typer.Typer(
    help=say("app.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for part in (
    platform,
    intake,
    letters,
    notices,
    channels,
    feeds,
    crm,
    cases,
    citizens,
    contacts,
    incidents,
    evaluation,
    models,
    simulation,
    taxonomy,
    topics,
    units,
    reports,
    serving,
    demo,
):
    part.register(app)


def main() -> None:
    """Run the command line; a failure of the desk or of the system ends in one line, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may have fewer letters than a mail
    if wants_help(app, sys.argv[1:]):
        translate_help()
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        status = 1
    except typer.TyperException as error:
        status = error.exit_code
        if said := mistake(error):
            typer.echo(said, err=True)
    except (DeskError, OSError) as error:
        sys.exit(say("app.failed", error=line(error)))
    sys.exit(status)
