"""Says in Turkish why something was refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from cli.output import shown
from cli.texts import has, say
from pipeline.refusal import RefusedError


@contextmanager
def refusals(part: str) -> Iterator[None]:
    """End the command with the sentence that stands in the catalogue under `<part>.refused.<reason>`, or with
    the one for all commands."""
    try:
        yield
    except RefusedError as error:
        typer.echo(sentence(error.reason, error.values, part), err=True)
        raise typer.Exit(1) from error


def sentence(reason: str, values: Mapping[str, object], part: str = "") -> str:
    """Why something was refused, as a part of the catalogue says it, else as all do (`refused.<reason>`)."""
    own = f"{part}.refused.{reason}"
    told = {name: shown(value) for name, value in values.items()}
    return say(own if part and has(own) else f"refused.{reason}", **told)


def line(error: Exception) -> str:
    """What a failure is told in one line: a refusal in its sentence, anything else in its own words."""
    if isinstance(error, RefusedError):
        return sentence(error.reason, error.values)
    return (str(error) or type(error).__name__).splitlines()[0]
