"""Looking through what belongs to no case, and releasing what is one after all."""

import typer

from cli.output import JSON, console, show, show_fields
from cli.people import AS, who
from cli.texts import say

MESSAGE = typer.Argument(..., help=say("aside.message"))
app = typer.Typer(help=say("aside.help"))


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    app.callback(invoke_without_command=True)(counts)
    for name, command in (("list", listed), ("show", show_one), ("release", release), ("keep", keep)):
        app.command(name, help=say(f"aside.{name}.help"))(command)
    parent.add_typer(app, name="aside")


def counts(context: typer.Context, as_json: bool = JSON) -> None:
    """What belongs to no case, by what it is."""
    from pipeline.casefile import aside_rows
    from pipeline.desk import get_desk

    if context.invoked_subcommand is None:
        show(aside_rows(get_desk()), as_json=as_json, titles="aside.title")


def listed(
    verdict: str = typer.Option("", help=say("aside.list.verdict")),
    limit: int = typer.Option(50, min=1, help=say("aside.list.limit")),
    as_json: bool = JSON,
) -> None:
    """What nobody has looked at yet."""
    from pipeline.asides import aside_list
    from pipeline.desk import get_desk

    show(aside_list(get_desk(), verdict, limit), as_json=as_json, titles="aside.field")


def show_one(message: int = MESSAGE, as_json: bool = JSON) -> None:
    """One of them, with all its words."""
    from pipeline.asides import aside_sheet
    from pipeline.desk import get_desk

    show_fields(aside_sheet(get_desk(), message), as_json=as_json, titles="aside.field")


def release(message: int = MESSAGE, reviewer: str = AS) -> None:
    """Open a case for it, as if it had come so."""
    from pipeline.asides import release as release_aside
    from pipeline.desk import get_desk

    release_aside(get_desk(), message, who(reviewer))
    console.print(say("aside.release.done", message=message))


def keep(message: int = MESSAGE, reviewer: str = AS) -> None:
    """It is no case."""
    from pipeline.asides import keep as keep_aside
    from pipeline.desk import get_desk

    keep_aside(get_desk(), message, who(reviewer))
    console.print(say("aside.keep.done", message=message))
