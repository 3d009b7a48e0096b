"""Looking at cases, queues, quarantine and the desk's own condition."""

from typing import Any

import typer

from cli import asides, deadlines, links, review
from cli.output import JSON, console, print_json, show, show_fields, shown
from cli.people import AS, who
from cli.refusals import line
from cli.texts import say, word

case_app = typer.Typer(help=say("case.help"), no_args_is_help=True)
quarantine_app = typer.Typer(help=say("quarantine.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    case_app.command("show", help=say("case.show.help"))(case_show)
    links.register(case_app)
    deadlines.register(case_app)
    app.add_typer(case_app, name="case")
    for name, command in (("list", quarantined), ("show", quarantine_show), ("replay", quarantine_replay)):
        quarantine_app.command(name, help=say(f"quarantine.{name}.help"))(command)
    app.add_typer(quarantine_app, name="quarantine")
    app.command(help=say("queue.help"))(queue)
    asides.register(app)
    review.register(app)
    app.command(help=say("doctor.help"))(doctor)


def case_show(
    number: str = typer.Argument(..., help=say("case.number")),
    whole: bool = typer.Option(False, "--whole", help=say("case.show.whole")),
    as_json: bool = JSON,
    given: str = AS,
) -> None:
    """Everything about a case but its security number."""
    from pipeline.casefile import casefile
    from pipeline.desk import get_desk

    found = casefile(get_desk(), number, who=who(given), whole=whole)
    if as_json:
        print_json([found])
        return
    show_fields(found["case"], as_json=False, titles="case.field")
    for part in ("links", "history", "messages", "notices"):
        console.print(f"\n{say(f'case.{part}')}", style="bold")
        show(found[part], as_json=False, titles=f"case.{part}_title")


def queue(as_json: bool = JSON) -> None:
    """What waits at each step, and since when."""
    from pipeline.casefile import queue_rows
    from pipeline.desk import get_desk

    show(queue_rows(get_desk()), as_json=as_json, titles="queue.title")


def quarantined(
    channel: str = typer.Option(None, help=say("quarantine.channel")), as_json: bool = JSON
) -> None:
    """What nobody could handle."""
    from pipeline.casefile import quarantine_rows
    from pipeline.desk import get_desk

    show(quarantine_rows(get_desk(), channel), as_json=as_json, titles="quarantine.title")


def quarantine_show(
    entry: int = typer.Argument(..., help=say("quarantine.entry")),
    raw: bool = typer.Option(False, "--raw", help=say("quarantine.raw")),
    as_json: bool = JSON,
) -> None:
    """One entry with its error, or its original byte for byte."""
    from pipeline.casefile import quarantine_entry
    from pipeline.desk import get_desk

    desk = get_desk()
    found = quarantine_entry(desk, entry)
    if raw:
        typer.echo(desk.blobs.get(found["raw_sha256"]), nl=False)
    elif as_json:
        print_json([found])
    else:
        for name, value in found.items():
            console.print(f"{say(f'quarantine.field.{name}')}: {shown(value)}", soft_wrap=True)


def quarantine_replay(
    entries: list[int] = typer.Argument(None, help=say("quarantine.entries")),
    everything: bool = typer.Option(False, "--all", help=say("quarantine.all")),
    channel: str = typer.Option(None, help=say("quarantine.channel")),
) -> None:
    """Try entries again."""
    from domain.errors import DeskError
    from pipeline.casefile import quarantine_rows
    from pipeline.desk import get_desk
    from pipeline.replay import replay

    desk = get_desk()
    chosen = list(entries or [])
    if everything or channel:
        chosen += [row["id"] for row in quarantine_rows(desk, channel)]
    failed = 0
    for entry in chosen:
        try:
            replay(desk, entry)
            console.print(say("quarantine.replay.done", entry=entry))
        except DeskError as error:
            failed += 1
            typer.echo(say("quarantine.replay.failed", entry=entry, error=line(error)), err=True)
    if failed or not chosen:
        raise typer.Exit(1)


def doctor(as_json: bool = JSON) -> None:
    """What is configured, what is reachable, what to fix."""
    from pipeline.desk import get_desk
    from pipeline.doctor import Mark, examine

    faults = 0
    for finding in examine(get_desk()):
        faults += finding.mark is Mark.FAULT
        advice = say(f"doctor.{finding.key}", part=finding.part)
        if as_json:
            row: dict[str, Any] = {"part": finding.part, "mark": finding.mark, "advice": advice}
            print_json([row | {"detail": finding.detail}])
        else:
            signs = {Mark.OK: ("✓", "green"), Mark.HINT: ("·", "yellow"), Mark.FAULT: ("✗", "red")}
            sign, style = signs[finding.mark]
            console.print(sign, style=style, end=" ")
            detail = f" ({finding.detail})" if finding.detail else ""
            console.print(f"{word(finding.part)}: {advice}{detail}", soft_wrap=True)
    if faults:
        raise typer.Exit(1)
