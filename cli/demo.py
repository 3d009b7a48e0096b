"""`beyazmasa demo`: a scripted day, played into the running desk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from cli.output import JSON, console, print_json, progress_bar, show
from cli.texts import say

if TYPE_CHECKING:
    from demo.report import Report

_OF_THE_CHECKOUT = ("demo", "tests")
_COLUMNS = ("received", "cases", "follow_ups", "set_aside", "review", "quarantined")


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(help=say("demo.help"))(demo)


def demo(
    only: int = typer.Option(0, min=0, help=say("demo.only")),
    pace: float = typer.Option(0.0, min=0.0, help=say("demo.pace")),
    keep: bool = typer.Option(False, "--keep", help=say("demo.keep")),
    force: bool = typer.Option(False, "--force", help=say("demo.force")),
    as_json: bool = JSON,
) -> None:
    """Play the day and show what came of it."""
    try:
        from demo.play import Wishes, play
        from demo.refusal import DemoRefusedError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OF_THE_CHECKOUT:
            raise
        typer.echo(say("demo.refused.no_checkout"), err=True)
        raise typer.Exit(1) from None
    from pipeline.desk import get_desk

    wishes = Wishes(only=only, pace=pace, keep=keep, force=force)
    try:
        done = play(get_desk(), _Screen(quiet=as_json), wishes)
    except DemoRefusedError as error:
        typer.echo(say(f"demo.refused.{error.reason}", **error.values), err=True)
        raise typer.Exit(1) from None
    if as_json:
        print_json([done.values])
    else:
        _show(done)
    _complain(done)


class _Screen:
    """The terminal while the day is played."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def say(self, name: str, /, **values: object) -> None:
        """One sentence."""
        if not self._quiet:
            console.print(say(f"demo.{name}", **values), soft_wrap=True)

    @contextmanager
    def bar(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar on standard error."""
        with progress_bar(say(f"demo.{name}"), total, hidden=self._quiet) as advance:
            yield advance


def _show(done: "Report") -> None:
    show(_by_channel(done), as_json=False, titles="demo.title")
    console.print()
    show(_by_medium(done), as_json=False, titles="demo.title")
    console.print()
    linked = {kind: done.links.get(kind, 0) for kind in ("duplicate", "same_incident", "related")}
    console.print(say("demo.linked", **linked), soft_wrap=True)
    told = ", ".join(f"{name} {times}" for name, times in done.taken.items() if times)
    console.print(say("demo.taken", taken=told or "–"), soft_wrap=True)
    console.print(say("demo.seconds", median=done.median_seconds, p95=done.p95_seconds), soft_wrap=True)


def _by_channel(done: "Report") -> list[dict[str, Any]]:
    rows = [
        {"channel": channel, **{n: found[n] for n in _COLUMNS}} for channel, found in done.channels.items()
    ]
    total = {name: sum(found[name] for found in done.channels.values()) for name in _COLUMNS}
    return [*rows, {"channel": say("demo.total"), **total}]


def _by_medium(done: "Report") -> list[dict[str, Any]]:
    states = list(dict.fromkeys(state for found in done.notices.values() for state in found))
    order = [s for s in ("owed", "sending", "sent", "delivered", "failed", "suppressed") if s in states]
    return [
        {"medium": say(f"demo.medium.{m}"), **{s: found.get(s, 0) for s in order}}
        for m, found in done.notices.items()
    ]


def _complain(done: "Report") -> None:
    for line, why in done.refused:
        typer.echo(say("demo.not_taken", line=line, why=why), err=True)
    for lost in done.missing:
        typer.echo(say("demo.missing", what=lost), err=True)
    for double in done.surplus:
        typer.echo(say("demo.surplus", what=double), err=True)
    if not done.good:
        raise typer.Exit(1)
    typer.echo(say("demo.fine"), err=True)
