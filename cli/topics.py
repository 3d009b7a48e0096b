"""`beyazmasa topic`: who solves a topic, how fast it is promised, and how long it really takes."""

import typer

from cli.output import JSON, console, print_json, show, show_fields
from cli.refusals import refusals
from cli.texts import say

topic_app = typer.Typer(help=say("topic.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    topic_app.command("show", help=say("topic.show.help"))(topic_show)
    app.add_typer(topic_app, name="topic")


def topic_show(code: str = typer.Argument(..., help=say("topic.show.code")), as_json: bool = JSON) -> None:
    """One topic with what is measured of it."""
    from pipeline.desk import get_desk
    from pipeline.topic_file import topic_file

    desk = get_desk()
    with refusals("topic"):
        found = topic_file(desk, code)
    if as_json:
        print_json([found])
        return
    measured = found.pop("measured")
    show_fields(found, as_json=False, titles="topic.field")
    days, least = desk.settings.turnaround_days, desk.settings.turnaround_least
    said = say(f"topic.show.{'measured' if measured else 'unmeasured'}", days=days, least=least)
    console.print(f"\n{said}", soft_wrap=True)
    if measured:
        everywhere = say("topic.show.everywhere")
        rows = [row | {"district": row["district"] or everywhere} for row in measured]
        show(rows, as_json=False, titles="topic.title")
