"""`beyazmasa feed ...`: batches of other institutions, and the answers they get."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.output import JSON, console, print_json, show, shown
from cli.texts import say
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel

if TYPE_CHECKING:
    from connectors.feeds.rows import Reader
    from pipeline.feed_preview import Preview

app = typer.Typer(help=say("feed.help"), no_args_is_help=True)
ACCOUNT = typer.Argument(..., help=say("feed.account"))
SHOWN_FAULTS = 20


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (preview, import_file, answers):
        name = "import" if command is import_file else command.__name__
        app.command(name, help=say(f"feed.{name}.help"))(command)
    parent.add_typer(app, name="feed")


def import_file(
    account: str = ACCOUNT,
    files: list[Path] = typer.Argument(..., exists=True, dir_okay=False, help=say("feed.import.files")),
    as_json: bool = JSON,
) -> None:
    """Take files in; exit 1 when something of them lies in quarantine now."""
    from pipeline import feeds
    from pipeline.desk import get_desk

    desk = get_desk()
    into = feeds.feed_account(desk, account)
    failed = False
    for path in files:
        done = feeds.import_file(desk, into, path.name, path.read_bytes())
        failed = failed or bool(done.faults)
        if as_json:
            print_json([{"file": str(path), "rows": done.rows, "new": done.new, "faults": list(done.faults)}])
        else:
            told = {"rows": done.rows, "new": done.new, "bad": len(done.faults)}
            console.print(say("feed.import.done", file=shown(str(path)), **told), soft_wrap=True)
            _show_faults(done.faults)
    if failed:
        raise typer.Exit(1)


def preview(
    arguments: list[str] = typer.Argument(..., metavar="[ACCOUNT] FILE", help=say("feed.preview.arguments")),
    mapping: Path = typer.Option(None, exists=True, dir_okay=False, help=say("feed.preview.mapping")),
    channel: Channel = typer.Option(Channel.CIMER, help=say("feed.preview.channel")),
    as_json: bool = JSON,
) -> None:
    """Show what a file would come to, and take nothing in."""
    from pipeline.feed_preview import preview as look

    *account, file = arguments
    if len(account) != (0 if mapping else 1):
        raise typer.BadParameter(say("feed.preview.which"))
    reader, before = _by_mapping(channel, mapping) if mapping else _by_account(account[0])
    path = Path(file)
    found = look(path.name, path.read_bytes(), reader, before)
    if as_json:
        print_json([_as_row(found)])
    else:
        _show(found)
    if found.faults:
        raise typer.Exit(1)


def answers(
    account: str = ACCOUNT,
    since: datetime = typer.Option(
        None, formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help=say("feed.answers.since")
    ),
) -> None:
    """Write the answer file now."""
    from config.settings import ISTANBUL
    from pipeline.desk import get_desk
    from pipeline.feed_answers import write_now
    from pipeline.feeds import feed_account

    desk = get_desk()
    written = write_now(desk, feed_account(desk, account), since.replace(tzinfo=ISTANBUL) if since else None)
    if written.path is None:
        console.print(say("feed.answers.nothing"))
    else:
        console.print(say("feed.answers.done", count=written.answers, file=written.path), soft_wrap=True)


def _by_mapping(channel: Channel, mapping: Path) -> "tuple[Reader, list[str]]":
    from connectors.feeds.marks import FED
    from pipeline.feed_preview import reader_for_mapping

    if channel not in FED:
        raise typer.BadParameter(say("feed.preview.no_feed", channel=channel))
    try:
        text = mapping.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise NotConfiguredError(say("feed.preview.no_text", file=mapping)) from None
    return reader_for_mapping(channel, text), []


def _by_account(name: str) -> "tuple[Reader, list[str]]":
    from pipeline.desk import get_desk
    from pipeline.feed_preview import came_before, reader_for_account
    from pipeline.feeds import feed_account

    desk = get_desk()
    account = feed_account(desk, name)
    return reader_for_account(desk, account), came_before(desk, account)


def _as_row(found: "Preview") -> dict[str, Any]:
    return {
        "tables": [vars(table) for table in found.tables],
        "rows": found.rows,
        "known": found.known,
        "first": list(_first(found)),
        "faults": list(found.faults),
        "missing": list(found.missing),
    }


def _show(found: "Preview") -> None:
    for table in found.tables:
        console.print(say("feed.preview.table", name=shown(table.name), rows=table.rows), style="bold")
        for field, column in table.mapped.items():
            console.print(f"  {say(f'feed.field.{field}')}: {shown(column)}", soft_wrap=True)
        for key, names in (("unmapped", table.unmapped), ("absent", [_named(n) for n in table.absent])):
            if names:
                console.print(say(f"feed.preview.{key}", names=", ".join(map(shown, names))), soft_wrap=True)
    show(list(_first(found)), as_json=False, titles="feed.title")
    console.print(say("feed.preview.sums", rows=found.rows, known=found.known, bad=len(found.faults)))
    _show_faults(found.faults)
    if found.missing:
        named = ", ".join(found.missing[:SHOWN_FAULTS]) + " …" * (len(found.missing) > SHOWN_FAULTS)
        console.print(say("feed.preview.missing", missing=named), soft_wrap=True)


def _named(field: str) -> str:
    return say(f"feed.field.{field}")


def _first(found: "Preview") -> Iterator[dict[str, Any]]:
    for message in found.first:
        text = " ".join(message.text.split())
        yield {
            "reference": message.external_reference,
            "sent_at": message.sent_at,
            "due_at": _due(message.headers.get("legal_due_at", "")),
            "kind": message.headers.get("kind"),
            "sender": str(message.sender) if message.sender else None,
            "district": message.place.district if message.place else None,
            "text": text if len(text) <= 60 else f"{text[:59]}…",
        }


def _due(said: str) -> datetime | date | None:
    if not said:
        return None
    return date.fromisoformat(said) if len(said) == len("2026-01-01") else datetime.fromisoformat(said)


def _show_faults(faults: Sequence[str]) -> None:
    for fault in faults[:SHOWN_FAULTS]:
        console.print(say("feed.fault", fault=shown(fault)), soft_wrap=True)
    if len(faults) > SHOWN_FAULTS:
        console.print(say("feed.more_faults", count=len(faults) - SHOWN_FAULTS))
