"""`beyazmasa crm ...`: outside CRMs that hear of cases and tell what they did."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from cli.output import JSON, console, print_json, show, show_fields, shown
from cli.refusals import refusals
from cli.texts import say
from domain.text import by_comma

if TYPE_CHECKING:
    from pipeline.crm.secrets import Credentials

app = typer.Typer(help=say("crm.help"), no_args_is_help=True)
NAME = typer.Argument(..., help=say("crm.name"))
URL = typer.Option(None, "--url", help=say("crm.url"))
TYPES = typer.Option(None, "--types", help=say("crm.types"))
UNITS = typer.Option(None, "--units", help=say("crm.units"))


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    commands = (
        ("add", add), ("set", change), ("list", listing), ("show", show_one), ("pause", pause),
        ("resume", resume), ("test", send_test), ("replay", replay), ("rotate-secret", rotate_secret),
        ("rotate-token", rotate_token),
    )  # fmt: skip
    for name, command in commands:
        app.command(name, help=say(f"crm.{name.replace('-', '_')}.help"))(command)
    parent.add_typer(app, name="crm")


def add(
    name: str = NAME,
    url: str = URL,
    types: str = TYPES,
    units: str = UNITS,
    history: bool = typer.Option(False, "--history", help=say("crm.history")),
    as_json: bool = JSON,
) -> None:
    """A new subscriber; its secret and token are shown once."""
    from pipeline.crm.subscribers import Wanted
    from pipeline.crm.subscribers import add as add_subscriber
    from pipeline.desk import get_desk

    wanted = Wanted(
        name=name, url=url or None, types=_names(types) or (), units=_names(units) or (), history=history
    )
    with refusals("crm"):
        made = add_subscriber(get_desk(), wanted)
    _show_credentials("add", name, made, as_json=as_json)


def change(name: str = NAME, url: str = URL, types: str = TYPES, units: str = UNITS) -> None:
    """Another address, other types or units; what is not given stays."""
    from pipeline.crm.subscribers import change as change_subscriber
    from pipeline.desk import get_desk

    with refusals("crm"):
        change_subscriber(get_desk(), name, url=url or None, types=_names(types), units=_names(units))
    console.print(say("crm.set.done", name=name))


def listing(as_json: bool = JSON) -> None:
    """All of them."""
    from pipeline.crm.looking import subscriber_rows
    from pipeline.desk import get_desk

    show(subscriber_rows(get_desk()), as_json=as_json, titles="crm.title")


def show_one(name: str = NAME, as_json: bool = JSON) -> None:
    """One of them, with what it refused."""
    from pipeline.crm.looking import subscriber_sheet
    from pipeline.desk import get_desk

    with refusals("crm"):
        sheet = subscriber_sheet(get_desk(), name)
    refused = [] if as_json else sheet.pop("refused")
    show_fields(sheet, as_json=as_json, titles="crm.title")
    if refused:
        show(refused, as_json=False, titles="crm.title")


def pause(name: str = NAME) -> None:
    """Deliver nothing any more."""
    from pipeline.crm.subscribers import pause as pause_subscriber
    from pipeline.desk import get_desk

    with refusals("crm"):
        pause_subscriber(get_desk(), name)
    console.print(say("crm.pause.done", name=name))


def resume(name: str = NAME) -> None:
    """Deliver again, what was refused too."""
    from pipeline.crm.subscribers import resume as resume_subscriber
    from pipeline.desk import get_desk

    with refusals("crm"):
        resume_subscriber(get_desk(), name)
    console.print(say("crm.resume.done", name=name))


def send_test(name: str = NAME) -> None:
    """An event about no case; exit 1 when it is not taken."""
    from domain.errors import DeskError
    from pipeline.crm.credentials import send_test as send
    from pipeline.desk import get_desk

    try:
        with refusals("crm"):
            status = send(get_desk(), name)
    except DeskError as error:
        typer.echo(say("crm.test.failed", name=name, error=shown(str(error))), err=True)
        raise typer.Exit(1) from error
    console.print(say("crm.test.done", name=name, status=status))


def replay(
    name: str = NAME,
    cursor: str = typer.Option(..., "--from", metavar="CURSOR", help=say("crm.replay.from")),
) -> None:
    """Deliver again whatever follows a cursor."""
    from pipeline.crm.subscribers import replay as replay_events
    from pipeline.desk import get_desk

    if not cursor.isascii() or not cursor.isdigit():
        raise typer.BadParameter(say("crm.replay.no_cursor"), param_hint="--from")
    with refusals("crm"):
        count = replay_events(get_desk(), name, int(cursor))
    console.print(say("crm.replay.done", name=name, count=count))


def rotate_secret(
    name: str = NAME,
    hours: int = typer.Option(24, "--hours", min=0, max=24 * 30, help=say("crm.rotate_secret.hours")),
    as_json: bool = JSON,
) -> None:
    """A new signing secret; the one before counts for some hours more."""
    from pipeline.crm.credentials import rotate_secret as rotate
    from pipeline.desk import get_desk

    with refusals("crm"):
        made = rotate(get_desk(), name, timedelta(hours=hours))
    _show_credentials("rotate_secret", name, made, as_json=as_json)


def rotate_token(name: str = NAME, as_json: bool = JSON) -> None:
    """A new token; the one before is void at once."""
    from pipeline.crm.credentials import rotate_token as rotate
    from pipeline.desk import get_desk

    with refusals("crm"):
        made = rotate(get_desk(), name)
    _show_credentials("rotate_token", name, made, as_json=as_json)


def _names(given: str | None) -> Sequence[str] | None:
    """What was given by comma; None where nothing was, and nothing where it was empty."""
    return None if given is None else by_comma(given)


def _show_credentials(command: str, name: str, made: "Credentials", *, as_json: bool) -> None:
    told = {"name": name, "secret": made.secret, "token": made.token}
    if as_json:
        print_json([{part: value for part, value in told.items() if value}])
        return
    console.print(say(f"crm.{command}.done", name=name))
    for part in ("secret", "token"):
        if told[part]:
            console.print(f"{say(f'crm.title.{part}')}: {told[part]}", soft_wrap=True)
