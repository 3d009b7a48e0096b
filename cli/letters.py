"""Letters that wait to be posted, and saying that they were."""

import typer

from cli.output import JSON, console, show
from cli.people import AS, who
from cli.refusals import refusals
from cli.texts import say

_AT_ONCE = 10_000
app = typer.Typer(help=say("letter.help"), no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    for name, command in (("list", listed), ("posted", posted), ("returned", returned)):
        app.command(name, help=say(f"letter.{name}.help"))(command)
    parent.add_typer(app, name="letter")


def listed(
    limit: int = typer.Option(100, min=1, help=say("letter.list.limit")), as_json: bool = JSON
) -> None:
    """What lies in the print folder, as far as nobody said that it was posted."""
    from pipeline.desk import get_desk
    from pipeline.letters import letter_rows

    show(letter_rows(get_desk(), limit), as_json=as_json, titles="letter.title")


def posted(
    letters: list[int] = typer.Argument(None, help=say("letter.letters")),
    everything: bool = typer.Option(False, "--all", help=say("letter.posted.all")),
    operator: str = AS,
) -> None:
    """They were posted."""
    from pipeline.desk import get_desk
    from pipeline.letters import letter_rows, mark_posted

    desk, ids = get_desk(), list(letters or [])
    if everything:
        ids += [row["id"] for row in letter_rows(desk, _AT_ONCE)]
    done = mark_posted(desk, ids, actor=who(operator) or "operator")
    for letter in sorted(set(ids) - set(done)):
        typer.echo(say("letter.posted.unknown", letter=letter), err=True)
    console.print(say("letter.posted.done", count=len(done)))
    if len(done) < len(set(ids)) or not ids:
        raise typer.Exit(1)


def returned(letter: int = typer.Argument(..., help=say("letter.letter"))) -> None:
    """The post brought it back."""
    from pipeline.desk import get_desk
    from pipeline.letters import mark_returned

    with refusals("letter"):
        mark_returned(get_desk(), letter)
    console.print(say("letter.returned.done", letter=letter))
