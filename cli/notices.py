"""`beyazmasa notice`: what notices say and how long they are, as shipped and as a folder changes them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from cli.output import JSON, console, print_json, show, shown
from cli.refusals import refusals
from cli.texts import say, translated
from domain.errors import TextAtFaultError

app = typer.Typer(help=say("notice.help"), no_args_is_help=True)
FOLDER = typer.Option(None, "--folder", help=say("notice.folder"))
SHIPPED = typer.Option(False, "--shipped", help=say("notice.shipped"))


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    for name, command in (("list", listed), ("show", shown_whole)):
        app.command(name, help=say(f"notice.{name}.help"))(command)
    parent.add_typer(app, name="notice")


def listed(folder: Path | None = FOLDER, shipped: bool = SHIPPED, as_json: bool = JSON) -> None:
    """Every text, and how long it is as an SMS."""
    from pipeline.notice_texts import text_rows

    with _faults():
        found = text_rows(_chosen(folder, shipped=shipped))
    show(found if as_json else [_told(row) for row in found], as_json=as_json, titles="notice.title")


def shown_whole(
    name: str = typer.Argument(..., help=say("notice.show.name")),
    folder: Path | None = FOLDER,
    shipped: bool = SHIPPED,
    as_json: bool = JSON,
) -> None:
    """The texts of one notice, whole."""
    from pipeline.notice_texts import text_sheets

    with _faults():
        found = text_sheets(_chosen(folder, shipped=shipped), name)
    if as_json:
        print_json(found)
        return
    for _, same in groupby(found, key=lambda row: {**row, "priority": ""}):
        _show(list(same))


@contextmanager
def _faults() -> Iterator[None]:
    """End the command with the file that is at fault and why, or with another refusal."""
    try:
        with refusals("notice"):
            yield
    except TextAtFaultError as error:
        why = translated("notice.said", error.why).rstrip(".")
        typer.echo(say("notice.fault", file=error.file, why=why), err=True)
        raise typer.Exit(1) from error


def _chosen(folder: Path | None, *, shipped: bool) -> Path | None:
    """Whose texts: the program's own, a folder's, or as they leave."""
    from config.settings import get_settings

    if shipped and folder:
        raise typer.BadParameter(say("notice.either"))
    return None if shipped else folder or get_settings().notice_folder


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as people read it: the medium in a word of its own, as it shares some with confidentiality."""
    encoding = row["encoding"] and say(f"notice.encoding.{row['encoding']}")
    return {**row, "medium": say(f"notice.medium.{row['medium']}"), "encoding": encoding}


def _show(same: Sequence[Mapping[str, Any]]) -> None:
    """One text that reads the same for some priorities."""
    row = _told(same[0])
    console.print(_heading(row, [each["priority"] for each in same]), style="bold", soft_wrap=True)
    for part, value in (("subject", row["subject"]), ("facts", list(row["facts"].values()))):
        if value:
            console.print(f"{say(f'notice.part.{part}')}: {shown(value)}", soft_wrap=True)
    for part in ("body", "html"):
        if row[part]:
            console.print(f"\n{row[part]}", soft_wrap=True)
    console.print()


def _heading(row: Mapping[str, Any], priorities: Sequence[str]) -> str:
    variant = [row["variant"]] if row["variant"] else []
    told = [row["text"], *map(shown, (row["template"], row["medium"], *variant, priorities))]
    return " · ".join([*told, *([say("notice.length", **row)] if row["segments"] else [])])
