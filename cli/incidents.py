"""Incidents: what many people report, who belongs to it, and one answer for all."""

from pathlib import Path
from typing import Any

import typer

from cli.output import JSON, console, print_json, progress_bar, show, shown
from cli.refusals import refusals
from cli.texts import say

ACTOR = "operator"
NUMBER = typer.Argument(..., help=say("incident.number"))
incident_app = typer.Typer(help=say("incident.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for name, command in (("list", listed), ("show", show_one), ("join", join), ("answer", answer)):
        incident_app.command(name, help=say(f"incident.{name}.help"))(command)
    app.add_typer(incident_app, name="incident")


def listed(
    days: int = typer.Option(7, min=1, help=say("incident.list.days")),
    closed: bool = typer.Option(False, "--closed", help=say("incident.list.closed")),
    limit: int = typer.Option(50, min=1, help=say("incident.list.limit")),
    as_json: bool = JSON,
) -> None:
    """The incidents that grew lately."""
    from pipeline.desk import get_desk
    from pipeline.incidents import incident_rows

    show(
        incident_rows(get_desk(), days=days, closed=closed, limit=limit),
        as_json=as_json,
        titles="incident.title",
    )


def show_one(
    number: str = NUMBER,
    limit: int = typer.Option(200, min=1, help=say("incident.show.limit")),
    as_json: bool = JSON,
) -> None:
    """One incident with its cases."""
    from pipeline.desk import get_desk
    from pipeline.incidents import incident_file

    with refusals("incident"):
        found: dict[str, Any] = incident_file(get_desk(), number, limit=limit)
    if as_json:
        print_json([found])
        return
    for name, value in found["incident"].items():
        console.print(f"{say(f'incident.title.{name}')}: {shown(value)}", soft_wrap=True)
    if found["offered"]:
        console.print(say("incident.show.offered", numbers=shown(found["offered"])), soft_wrap=True)
    show(found["cases"], as_json=False, titles="incident.case_title")


def join(number: str = NUMBER) -> None:
    """Let the cases that may belong to an incident join it."""
    from pipeline.desk import get_desk
    from pipeline.incidents import join_incident

    joined = join_incident(get_desk(), number, actor=ACTOR)
    console.print(say("incident.join.done", number=number, joined=joined))


def answer(
    number: str = NUMBER,
    text: str | None = typer.Option(None, help=say("incident.answer.text")),
    file: Path | None = typer.Option(None, help=say("incident.answer.file")),
) -> None:
    """Close every open case of an incident by one answer."""
    from pipeline.desk import get_desk
    from pipeline.incidents import AT_ONCE, answer_incident, open_cases_of
    from pipeline.refusal import RefusedError

    desk = get_desk()
    with refusals("incident"):
        if text is not None and file is not None:
            raise RefusedError("text_or_file")
        said = _read(file) if file is not None else text
        waiting = open_cases_of(desk, number)
        few = waiting <= AT_ONCE  # closed in one go, or refused
        with progress_bar(say("incident.answer.progress"), waiting, hidden=few) as advance:
            done = answer_incident(desk, number, said, actor=ACTOR, told=advance)
    console.print(say("incident.answer.done", cases=done.cases, notices=done.notices))
    if done.cases > done.notices:
        console.print(say("incident.answer.unreached", cases=done.cases - done.notices))
    if done.other_topic:
        console.print(say("incident.answer.other_topic", cases=done.other_topic))


def _read(file: Path) -> str:
    from pipeline.refusal import RefusedError

    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError("no_text", file=str(file)) from None
