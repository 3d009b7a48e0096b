"""Linked cases: what may be a duplicate, merging one case into another, dismissing a link."""

import typer

from cli.output import JSON, console, show
from cli.texts import say
from domain.vocabulary import LinkKind

ACTOR = "operator"
NUMBER = typer.Argument(..., help=say("case.number"))


def register(cases: typer.Typer) -> None:
    """Add this module's commands to those of `case`."""
    for command in (offered, merge, unlink):
        cases.command(help=say(f"case.{command.__name__}.help"))(command)


def offered(
    kind: LinkKind = typer.Option(LinkKind.DUPLICATE, help=say("case.offered.kind")),
    limit: int = typer.Option(50, help=say("case.offered.limit")),
    as_json: bool = JSON,
) -> None:
    """The links that wait for somebody's decision."""
    from pipeline.casefile import offered_rows
    from pipeline.desk import get_desk

    show(offered_rows(get_desk(), kind, limit), as_json=as_json, titles="case.links_title")


def merge(number: str = NUMBER, into: str = typer.Argument(..., help=say("case.merge.into"))) -> None:
    """Close a case as the same report as another one."""
    from pipeline.desk import get_desk
    from pipeline.merging import merge as merge_cases

    merge_cases(get_desk(), number, into, actor=ACTOR)
    console.print(say("case.merge.done", number=number, into=into))


def unlink(number: str = NUMBER, other: str = typer.Argument(..., help=say("case.unlink.other"))) -> None:
    """Dismiss what links two cases."""
    from pipeline.desk import get_desk
    from pipeline.merging import unlink as unlink_cases

    unlink_cases(get_desk(), number, other, actor=ACTOR)
    console.print(say("case.unlink.done", number=number, other=other))
