"""The register of citizens: searched, shown, merged, parted, erased. Whoever looks says what for."""

from pathlib import Path

import typer

from cli.output import JSON, console, print_json, show, show_fields
from cli.people import AS, who
from cli.refusals import refusals
from cli.texts import say

CITIZEN = typer.Argument(..., help=say("citizen.id"))
WHY = typer.Option(..., "--why", prompt=say("citizen.why_asked"), help=say("citizen.why"))
FULL = typer.Option(False, "--full", help=say("citizen.full"))
citizen_app = typer.Typer(help=say("citizen.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    commands = (
        ("search", search),
        ("show", show_one),
        ("set-identity", identify),
        ("merge", merge),
        ("unmerge", unmerge),
        ("export", export),
        ("erase", erase),
    )
    for name, command in commands:
        citizen_app.command(name, help=say(f"citizen.{name}.help"))(command)
    app.add_typer(citizen_app, name="citizen")
    app.command("retention", help=say("retention.help"))(retention)


def search(
    query: str = typer.Argument(..., help=say("citizen.search.query")),
    why: str = WHY,
    full: bool = FULL,
    name: str = AS,
    as_json: bool = JSON,
) -> None:
    """People by phone, e-mail, name or identity number."""
    from pipeline.citizens import MOST_FOUND, search_citizens
    from pipeline.desk import get_desk

    with refusals("citizen"):
        rows = search_citizens(get_desk(), query, actor=who(name), why=why, full=full)
    show(rows, as_json=as_json, titles="citizen.title")
    if len(rows) == MOST_FOUND and not as_json:
        console.print(say("citizen.search.more", most=MOST_FOUND))


def show_one(
    citizen: int = CITIZEN, why: str = WHY, full: bool = FULL, name: str = AS, as_json: bool = JSON
) -> None:
    """One person with cases, merges and looks."""
    from pipeline.citizens import citizen_file
    from pipeline.desk import get_desk

    with refusals("citizen"):
        found = citizen_file(get_desk(), citizen, actor=who(name), why=why, full=full)
    if as_json:
        print_json([found])
        return
    show_fields(found["citizen"], as_json=False, titles="citizen.title")
    for part in ("cases", "merges", "looks"):
        if found[part]:
            console.print(f"\n{say(f'citizen.{part}')}")
            show(found[part], as_json=False, titles=f"citizen.{part}_title")


def identify(
    citizen: int = CITIZEN,
    number: str = typer.Option(
        ...,
        prompt=say("citizen.set-identity.asked"),
        hide_input=True,
        help=say("citizen.set-identity.number"),
    ),
    name: str = AS,
) -> None:
    """Keep a person's identity number."""
    from pipeline.citizens import set_identity
    from pipeline.desk import get_desk

    with refusals("citizen"):
        set_identity(get_desk(), citizen, number, actor=who(name))
    console.print(say("citizen.set-identity.done", citizen=citizen))


def merge(
    keep: int = typer.Argument(..., help=say("citizen.merge.keep")),
    other: int = typer.Argument(..., help=say("citizen.merge.other")),
    why: str = WHY,
    name: str = AS,
) -> None:
    """Two rows of the register are one person."""
    from pipeline.citizen_merging import merge_citizens
    from pipeline.desk import get_desk

    with refusals("citizen"):
        done = merge_citizens(get_desk(), keep, other, why=why, actor=who(name))
    moved = {"cases": len(done.cases), "contacts": len(done.contacts)}
    console.print(say("citizen.merge.done", keep=keep, other=other, **moved))


def unmerge(citizen: int = CITIZEN, why: str = WHY, name: str = AS) -> None:
    """They are not, after all."""
    from pipeline.citizen_merging import unmerge_citizen
    from pipeline.desk import get_desk

    with refusals("citizen"):
        unmerge_citizen(get_desk(), citizen, why=why, actor=who(name))
    console.print(say("citizen.unmerge.done", citizen=citizen))


def export(
    citizen: int = CITIZEN,
    to: Path = typer.Option(..., "--to", dir_okay=False, help=say("citizen.export.to")),
    why: str = WHY,
    name: str = AS,
) -> None:
    """Write what the desk keeps of a person into an archive for that person."""
    from pipeline.citizen_export import export_citizen
    from pipeline.desk import get_desk

    with refusals("citizen"):
        done = export_citizen(get_desk(), citizen, to, actor=who(name), why=why)
    console.print(say("citizen.export.done", file=to, **done), soft_wrap=True)


def erase(
    citizen: int = CITIZEN,
    why: str = WHY,
    yes: bool = typer.Option(False, "--yes", help=say("citizen.erase.yes")),
    even_open: bool = typer.Option(False, "--even-open", help=say("citizen.erase.even_open")),
    name: str = AS,
    as_json: bool = JSON,
) -> None:
    """Take a person out of everything and say in numbers what was done."""
    from pipeline.desk import get_desk
    from pipeline.erasing import erase_citizen
    from pipeline.refusal import RefusedError

    with refusals("citizen"):
        if not yes:
            raise RefusedError("unconfirmed", citizen=citizen)
        done = erase_citizen(get_desk(), citizen, why=why, actor=who(name), even_open=even_open)
    show_fields(done, as_json=as_json, titles="citizen.erased")
    if done["blobs_waiting"] and not as_json:
        console.print(say("citizen.erase.waiting", files=done["blobs_waiting"]), soft_wrap=True)


def retention(
    topic: str = typer.Option("", "--topic", help=say("retention.topic")),
    days: int | None = typer.Option(None, "--days", min=1, help=say("retention.days")),
    forever: bool = typer.Option(False, "--forever", help=say("retention.forever")),
    dry_run: bool = typer.Option(False, "--dry-run", help=say("retention.dry_run")),
    as_json: bool = JSON,
) -> None:
    """Until when closed cases are kept, and what would go now; the clock does it."""
    from pipeline.desk import get_desk
    from pipeline.refusal import RefusedError
    from pipeline.retention import caseless_due, retention_rows, set_retention

    desk = get_desk()
    with refusals("retention"):
        if bool(topic) != (bool(days) != forever):
            raise RefusedError("topic_and_days")
        if topic and not dry_run:
            set_retention(desk, topic, days)
    show(retention_rows(desk), as_json=as_json, titles="retention.title")
    if not as_json:
        messages, days = caseless_due(desk), desk.settings.caseless_days
        known = "caseless_forever" if messages is None else "caseless"
        console.print(say(f"retention.{known}", days=days, messages=messages), soft_wrap=True)
