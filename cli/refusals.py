"""Says in Turkish why something was refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.output import shown
from cli.texts import say
from pipeline.refusal import RefusedError


@contextmanager
def refusals(part: str) -> Iterator[None]:
    """End the command with the sentence that stands in the catalogue under `<part>.refused.<reason>`."""
    try:
        yield
    except RefusedError as error:
        values = {name: shown(value) for name, value in error.values.items()}
        typer.echo(say(f"{part}.refused.{error.reason}", **values), err=True)
        raise typer.Exit(1) from error
