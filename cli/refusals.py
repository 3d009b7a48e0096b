"""Says in Turkish why something was refused."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from cli.output import shown
from cli.texts import has, say, translated
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
    told = {name: _told(value) for name, value in values.items()}
    return say(own if part and has(own) else f"refused.{reason}", **told)


def line(error: Exception) -> str:
    """What a failure is told in one line: a refusal in its sentence, anything else in its own words, or
    in ours where the catalogue has some."""
    if isinstance(error, RefusedError):
        return sentence(error.reason, error.values)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {of_system(error)}" if error.filename else of_system(error)
    return translated("failure.said", (str(error) or type(error).__name__).splitlines()[0])


def of_system(error: OSError) -> str:
    """What the operating system refused, in Turkish where it is one of the usual things."""
    key = f"system.{errno.errorcode.get(error.errno or 0, '')}"
    return say(key) if has(key) else str(error.strerror or error)


def _told(value: object) -> str:
    return of_system(value) if isinstance(value, OSError) else shown(value)
