"""`beyazmasa demo`: a scripted day, played into the running desk, and its clock moved on."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import typer

from cli.output import JSON, console, print_json, progress_bar, show, shown
from cli.texts import say

if TYPE_CHECKING:
    from demo.later import Later
    from demo.report import Report

_OF_THE_CHECKOUT = ("demo", "tests")
_COLUMNS = ("received", "cases", "follow_ups", "set_aside", "review", "quarantined")


demo_app = typer.Typer(help=say("demo.help"), invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    demo_app.callback(help=say("demo.help"))(demo)
    demo_app.command("later", help=say("demo.later.help"))(later)
    app.add_typer(demo_app, name="demo")


def demo(
    context: typer.Context,
    only: int = typer.Option(0, min=0, help=say("demo.only")),
    pace: float = typer.Option(0.0, min=0.0, help=say("demo.pace")),
    keep: bool = typer.Option(False, "--keep", help=say("demo.keep")),
    force: bool = typer.Option(False, "--force", help=say("demo.force")),
    as_json: bool = JSON,
) -> None:
    """Play the day and show what came of it."""
    if context.invoked_subcommand:
        return
    with _refusals():
        from demo.play import Wishes, play
        from pipeline.desk import get_desk

        wishes = Wishes(only=only, pace=pace, keep=keep, force=force)
        done = play(get_desk(), _Screen(quiet=as_json), wishes)
    if as_json:
        print_json([done.values])
    else:
        _show(done)
    _complain(done)


def later(
    by: str = typer.Argument(..., metavar="48h|2g", help=say("demo.later.by")), as_json: bool = JSON
) -> None:
    """Move the clock of the running desk, and show what left."""
    moved = _span(by)
    with _refusals():
        from demo.later import live_on
        from pipeline.desk import get_desk

        done = live_on(get_desk(), _Screen(quiet=as_json), moved)
    if as_json:
        print_json([done.values])
    else:
        _show_later(done)
    if done.twice:
        typer.echo(say("demo.later.twice", cases=", ".join(map(str, done.twice))), err=True)
        raise typer.Exit(1)


def _span(given: str) -> timedelta:
    """Hours or days, as `48h` (`48s`) and `2d` (`2g`); ends the command for anything else."""
    from pipeline.later import LONGEST

    found = re.fullmatch(r"([1-9]\d{0,3})([hsdg])", given.strip().lower())
    if found and (span := timedelta(hours=int(found[1]) * (1 if found[2] in "hs" else 24))) <= LONGEST:
        return span
    raise typer.BadParameter(say("demo.later.no_span", most=LONGEST.days))


@contextmanager
def _refusals() -> Iterator[None]:
    """End the command in one line where the demo cannot run: no checkout, no desk, none it may touch."""
    try:
        from demo.refusal import DemoRefusedError

        try:
            yield
        except DemoRefusedError as error:
            typer.echo(say(f"demo.refused.{error.reason}", **error.values), err=True)
            raise typer.Exit(1) from None
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OF_THE_CHECKOUT:
            raise
        typer.echo(say("demo.refused.no_checkout"), err=True)
        raise typer.Exit(1) from None


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


def _show_later(done: "Later") -> None:
    rows = [
        {"channel": channel, "medium": say(f"demo.medium.{medium}"), "state": state, "notices": times}
        for channel, medium, state, times in done.told
    ]
    console.print(say("demo.later.citizens", due=done.due, untold=done.untold), soft_wrap=True)
    show(rows, as_json=False, titles="demo.title")
    console.print()
    stages = ", ".join(f"{shown(stage)} {times}" for stage, times in done.units)
    console.print(say("demo.later.units", stages=stages or "–"), soft_wrap=True)
    told = ", ".join(f"{name} {times}" for name, times in done.taken.items())
    console.print(say("demo.taken", taken=told or "–"), soft_wrap=True)


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
