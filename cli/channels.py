"""`beyazmasa channel ...`: accounts of channels."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.output import JSON, console, progress_bar, show
from cli.texts import say
from domain.errors import DeskError
from domain.vocabulary import Channel, Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.channels import Field
    from store.models import AccountHealth, AccountNews
    from store.records import Account

app = typer.Typer(help=say("channel.help"), no_args_is_help=True)
NAME = typer.Argument(..., help=say("channel.name"))
MOST_NAMES = 20
"""How many of what no key opens are named."""


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (add, change, try_account, list_accounts, kinds, enable, pause, remove, rotate):
        name = _NAMES.get(command, command.__name__)
        app.command(name, help=say(f"channel.{name}.help"))(command)
    parent.add_typer(app, name="channel")


def add(
    channel: Channel = typer.Argument(..., help=say("channel.kind")),
    name: str = NAME,
    settings: list[str] = typer.Argument(None, help=say("channel.settings")),
) -> None:
    """Add an account; secrets that are not given are asked for and not shown."""
    from pipeline import channels
    from pipeline.connecting import webhook_url
    from pipeline.desk import get_desk

    given = dict(_pair(each) for each in settings or [])
    for field in channels.fields_of(channel):
        if field.required and field.name not in given:
            given[field.name] = typer.prompt(field.name, hide_input=field.secret)
    desk = get_desk()
    account = channels.add(desk, channel, name, given)
    console.print(say("channel.add.done", name=name, webhook=webhook_url(desk, account)), soft_wrap=True)


def change(name: str = NAME, settings: list[str] = typer.Argument(..., help=say("channel.settings"))) -> None:
    """Change settings of an account; whoever reads it goes on with the new ones."""
    from pipeline import channels
    from pipeline.desk import get_desk

    given = dict(_pair(each) for each in settings)
    desk = get_desk()
    channels.change(desk, channels.find(desk, name), given)
    console.print(say("channel.set.done", name=name, settings=", ".join(sorted(given))), soft_wrap=True)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(say("channel.add.pair", text=text))
    if value.startswith("@"):
        return name, _content(Path(value[1:]))
    if value.startswith("env:"):
        if value[4:] not in os.environ:
            raise typer.BadParameter(say("channel.add.no_variable", name=value[4:]))
        return name, os.environ[value[4:]]
    if value == "-":
        return name, str(typer.prompt(name, hide_input=True))
    return name, value


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise typer.BadParameter(say("channel.add.no_text", path=path)) from None


def try_account(name: str = NAME) -> None:
    """Try an account."""
    from pipeline import channels
    from pipeline.desk import get_desk

    desk = get_desk()
    account = channels.find(desk, name)
    try:
        webhook = channels.test(desk, account)
    except DeskError as error:
        hint = say(f"channel.hint.{type(error).__name__}")
        typer.echo(say("channel.test.failed", name=name, error=error, hint=hint), err=True)
        raise typer.Exit(1) from None
    console.print(say("channel.test.fine", name=name))
    if webhook:
        console.print(say("channel.test.webhook", webhook=webhook), soft_wrap=True)


def list_accounts(as_json: bool = JSON) -> None:
    """Every account and how it is doing."""
    from pipeline import channels
    from pipeline.desk import get_desk

    desk = get_desk()
    news = channels.bad_news(desk)
    rows = [
        _standing(account, health, news.get(account.id, ())) for account, health in channels.overview(desk)
    ]
    if not as_json:  # too wide for a table
        rows = [{name: each for name, each in row.items() if name not in _JSON_ONLY} for row in rows]
    show(rows, as_json=as_json, titles="channel.title")


_JSON_ONLY = ("outbound_attempt_at", "outbound_success_at")


def _standing(
    account: "Account", health: "Mapping[Direction, AccountHealth]", news: "Sequence[AccountNews]"
) -> dict[str, Any]:
    """An account's row; times are those of reading, of sending where it is never read."""
    told = [f"{each.subject}: {each.cause} ({each.state})" for each in news]
    inbound, outbound = health.get(Direction.INBOUND), health.get(Direction.OUTBOUND)
    first = inbound or outbound
    return {
        "name": account.name,
        "channel": account.channel,
        "enabled": account.enabled,
        "inbound": inbound.state if inbound else None,
        "outbound": outbound.state if outbound else None,
        "last_attempt_at": first.last_attempt_at if first else None,
        "last_success_at": first.last_success_at if first else None,
        "outbound_attempt_at": outbound.last_attempt_at if outbound else None,
        "outbound_success_at": outbound.last_success_at if outbound else None,
        "last_message_at": inbound.last_message_at if inbound else None,
        "backlog": inbound.backlog if inbound else None,
        "cause": "; ".join([*[h.cause for h in (inbound, outbound) if h and h.cause][:1], *told]) or None,
    }


def kinds(as_json: bool = JSON) -> None:
    """Every channel this program knows, and what its accounts are told."""
    from pipeline import channels

    rows: list[dict[str, Any]] = [
        {"channel": channel, "settings": [_described(field) for field in channels.fields_of(channel)]}
        for channel in Channel
    ]
    show(rows, as_json=as_json, titles="channel.title")


def _described(field: "Field") -> str:
    marks = [say("channel.required")] * field.required + [say("channel.secret")] * field.secret
    return field.name + (f" ({', '.join(marks)})" if marks else "")


def enable(name: str = NAME) -> None:
    """Switch an account on."""
    _switch(name, True)


def pause(name: str = NAME) -> None:
    """Switch an account off; nothing is lost."""
    _switch(name, False)


def _switch(name: str, enabled: bool) -> None:
    from pipeline import channels
    from pipeline.desk import get_desk

    desk = get_desk()
    channels.enable(desk, channels.find(desk, name), enabled)
    console.print(say("channel.enable.done" if enabled else "channel.pause.done", name=name))


def remove(name: str = NAME) -> None:
    """Forget an account that brought nothing."""
    from pipeline import channels
    from pipeline.desk import get_desk

    desk = get_desk()
    channels.remove(desk, channels.find(desk, name))
    console.print(say("channel.remove.done", name=name))


def rotate() -> None:
    """Put all that is encrypted under the newest key."""
    from pipeline.desk import get_desk
    from pipeline.rekey import count_cases, rekey
    from pipeline.spool import spool_of

    desk = get_desk()
    with progress_bar(say("channel.rotate.progress"), count_cases(desk)) as advance:
        done = rekey(desk, advance)
    counts = {name: getattr(done, name) for name in ("accounts", "cases", "citizens", "messages")}
    console.print(say("channel.rotate.done", **counts))
    spool = spool_of(desk)
    if files := len(spool.waiting()) + len(spool.set_asides()):
        console.print(say("channel.rotate.spool", files=files, folder=spool.folder), soft_wrap=True)
    left = done.left + [say("channel.rotate.message", id=each) for each in done.left_messages]
    if left:
        names = ", ".join(left[:MOST_NAMES]) + " …" * (len(left) > MOST_NAMES)
        typer.echo(say("channel.rotate.left", count=len(left), names=names), err=True)
    if files or left:
        raise typer.Exit(1)


_NAMES = {change: "set", try_account: "test", list_accounts: "list"}
