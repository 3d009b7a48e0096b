"""How people want to be told: what holds for an address, and changing it when its owner asks for that."""

import typer

from cli.output import JSON, show_fields
from cli.people import AS, who
from cli.refusals import refusals
from cli.texts import say

app = typer.Typer(help=say("contact.help"), no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("preferences", help=say("contact.preferences.help"))(preferences)
    parent.add_typer(app, name="contact")


def preferences(
    address: str = typer.Argument(..., help=say("contact.preferences.address")),
    medium: str = typer.Option(None, help=say("contact.preferences.medium")),
    quiet: str = typer.Option(None, help=say("contact.preferences.quiet")),
    decline: list[str] = typer.Option(None, help=say("contact.preferences.decline")),
    stop: bool = typer.Option(False, "--stop", help=say("contact.preferences.stop")),
    reopen: bool = typer.Option(False, "--reopen", help=say("contact.preferences.reopen")),
    operator: str = AS,
    as_json: bool = JSON,
) -> None:
    """Show what holds for an address, once it is changed where something is given."""
    from pipeline.desk import get_desk
    from pipeline.preferences import Change, change

    wanted = Change(medium=medium, quiet=quiet, declined=decline or None, stopped=stop, open_again=reopen)
    with refusals("contact"):
        found = change(get_desk(), address, wanted, actor=who(operator) or "operator")
    show_fields(found, as_json=as_json, titles="contact.field")
