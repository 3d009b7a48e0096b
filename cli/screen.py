"""The terminal as the start of the desk sees it: a spinner for what takes long, a line for what is done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from cli.texts import say


class TerminalScreen:
    """Shows steps and sentences of one part of the catalogue."""

    def __init__(self, part: str, console: Console | None = None) -> None:
        self._part = part
        self._console = console or Console(highlight=False)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A spinner while the context is open, then the step's name and how long it took."""
        text = say(f"{self._part}.{name}")
        begun = time.monotonic()
        with self._console.status(f"{text} ..."):
            yield
        self._console.print(f"[green]✓[/] {text} [dim]({time.monotonic() - begun:.1f} s)[/]")

    def say(self, name: str, /, **values: object) -> None:
        """One sentence of the catalogue, as it is."""
        self._console.print(say(f"{self._part}.{name}", **values), markup=False, soft_wrap=True)
