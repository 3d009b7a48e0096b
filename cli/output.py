"""How commands show things: a table for people, one JSON object a line for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.texts import say, word
from config.settings import ISTANBUL
from domain.text import storable

PIPED_WIDTH = 200
"""Columns of a table that goes into a file or a pipe: nothing is cut where nobody's window is narrow."""
console = Console(
    highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPED_WIDTH
)
"""Takes every text as it is: what citizens and providers write may look like markup."""
JSON = typer.Option(False, "--json", help=say("output.json"))


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, titles: str) -> None:
    """Print rows: as JSON lines, or as a table whose titles stand in the catalogue under `titles`."""
    if as_json:
        print_json(rows)
    elif not rows:
        console.print(say("output.nothing"))
    else:
        table = Table(*(say(f"{titles}.{name}") for name in rows[0]), box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(shown(value) for value in row.values()))
        console.print(table)


def show_fields(values: Mapping[str, Any], *, as_json: bool, titles: str) -> None:
    """Print one thing: as a JSON line, or what there is of it, a line each with its title."""
    if as_json:
        print_json([values])
        return
    for name, value in values.items():
        if value not in (None, "", []):
            console.print(f"{say(f'{titles}.{name}')}: {shown(value)}", soft_wrap=True)


@contextmanager
def progress_bar(title: str, total: int | None, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while the context is open; the yielded function moves it on. Where nobody knows
    the `total` it only counts, and is gone at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, disable=hidden, transient=total is None) as progress:
        task = progress.add_task(title, total=total)
        yield lambda more: progress.advance(task, more)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """A sign that something takes its time, while the context is open; seen on a terminal alone."""
    with Console(stderr=True).status(title):
        yield


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print each row as one line of JSON in UTF-8, whatever the terminal speaks."""
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, default=_plain)
        # What no encoding has, such as the odd bytes of a file's name, becomes an escape of JSON's own.
        typer.echo(line.encode("utf-8", "backslashreplace"))


def shown(value: Any) -> str:
    """A value as people read it; times in Istanbul's clock."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say("output.yes") if value else say("output.no")
    if isinstance(value, datetime):
        return value.astimezone(ISTANBUL).strftime("%d.%m.%Y %H:%M:%S")
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        told = {name: part for name, part in value.items() if part not in (None, "", [], {})}
        return "; ".join(f"{word(name)}: {shown(part)}" for name, part in told.items())
    return storable(word(str(value)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
