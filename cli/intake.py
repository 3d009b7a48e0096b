"""Mails from files and pipes, and a look at what the program understands of an original."""

import sys
from pathlib import Path
from typing import Any

import typer

from cli.output import JSON, console, print_json, progress_bar, shown
from cli.texts import say
from domain.vocabulary import Channel

FILES = typer.Argument(..., exists=True, readable=True, help=say("ingest.files"))


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (ingest, pipe, parse, separator):
        app.command(help=say(f"{command.__name__}.help"))(command)


def ingest(
    files: list[Path] = FILES,
    account: str = typer.Option("dosya", help=say("ingest.account")),
    as_json: bool = JSON,
) -> None:
    """Accept the mails in files, mailboxes and Maildirs."""
    from pipeline.desk import get_desk
    from pipeline.ingest import account_for_files, count, ingest, originals

    desk = get_desk()
    into = account_for_files(desk, account)
    totals = {"read": 0, "new": 0, "unreadable": 0}
    total = sum(map(count, files))
    with progress_bar(say("ingest.progress"), total, hidden=as_json) as advance:
        for path in files:
            for done in ingest(desk, into, originals(path)):
                totals["read"] += done.read
                totals["new"] += done.new
                totals["unreadable"] += done.unreadable
                advance(done.read)
    if as_json:
        print_json([totals])
    else:
        console.print(say("ingest.done", **totals))


def pipe(account: str = typer.Option("boru", help=say("pipe.account"))) -> None:
    """Accept one mail from standard input; exit 75 when the mail server must keep it."""
    from connectors.email.pipe import exit_code_for

    try:
        from pipeline.desk import get_desk
        from pipeline.ingest import account_for_files, ingest

        raw = sys.stdin.buffer.read()
        desk = get_desk()
        for _ in ingest(desk, account_for_files(desk, account), [raw] if raw else []):
            pass
    except Exception as error:
        typer.echo(say("pipe.failed", error=type(error).__name__), err=True)
        raise typer.Exit(exit_code_for(error)) from None


def parse(
    files: list[Path] = FILES,
    channel: Channel = typer.Option(Channel.EMAIL, help=say("parse.channel")),
    as_json: bool = JSON,
) -> None:
    """Show what the program understands of originals, without a database."""
    from pipeline.understanding import understood

    failed = False
    for path in files:
        found = understood(path, channel)
        failed = failed or found["error"] is not None
        if as_json:
            print_json([found])
        else:
            _show(found)
    if failed:
        raise typer.Exit(1)


def separator(file: Path = typer.Argument(..., dir_okay=False, help=say("separator.file"))) -> None:
    """Write the separator sheet that is laid between letters."""
    from pipeline.separator import separator_pdf

    file.write_bytes(separator_pdf())
    console.print(say("separator.done", file=file), soft_wrap=True)


def _show(found: dict[str, Any]) -> None:
    console.print(shown(found["file"]), style="bold", soft_wrap=True)
    if found["error"]:
        console.print(say("parse.error", error=found["error"]))
    for message in found["messages"]:
        for name, value in message.items():
            if value not in (None, "", [], False):
                console.print(f"  {say(f'parse.field.{name}')}: {shown(value)}", soft_wrap=True)
