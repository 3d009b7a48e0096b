"""`beyazmasa unit`: how a unit is written to."""

from typing import Any

import typer

from cli.output import JSON, show_fields
from cli.refusals import refusals
from cli.texts import say
from domain.vocabulary import MailRhythm

unit_app = typer.Typer(help=say("unit.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    unit_app.command("show", help=say("unit.show.help"))(unit_show)
    unit_app.command("set", help=say("unit.set.help"))(unit_set)
    app.add_typer(unit_app, name="unit")


def unit_show(code: str = typer.Argument(..., help=say("unit.code")), as_json: bool = JSON) -> None:
    """One unit, and how it gets its new cases."""
    from pipeline.desk import get_desk
    from pipeline.unit_settings import unit_file

    with refusals("unit"):
        found = unit_file(get_desk(), code)
    _show(found, as_json=as_json)


def unit_set(
    code: str = typer.Argument(..., help=say("unit.code")),
    rhythm: MailRhythm = typer.Option(None, "--rhythm", help=say("unit.set.rhythm")),
    hour: int = typer.Option(None, "--hour", help=say("unit.set.hour")),
    acceptance: bool = typer.Option(None, "--acceptance/--no-acceptance", help=say("unit.set.acceptance")),
    as_json: bool = JSON,
) -> None:
    """Change how a unit gets its new cases, and whether it is reminded to accept them."""
    from pipeline.desk import get_desk
    from pipeline.unit_settings import set_unit

    with refusals("unit"):
        found = set_unit(get_desk(), code, rhythm=rhythm, hour=hour, asks_acceptance=acceptance)
    _show(found, as_json=as_json)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    show_fields(found, as_json=as_json, titles="unit.field")
