"""`beyazmasa taxonomy`: whether units, topics and routing rules fit together."""

from pathlib import Path

import typer

from cli.output import JSON, show
from cli.texts import say, translated

taxonomy_app = typer.Typer(help=say("taxonomy.help"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    taxonomy_app.command("check", help=say("taxonomy.check.help"))(check)
    app.add_typer(taxonomy_app, name="taxonomy")


def check(
    stored: bool = typer.Option(False, "--stored", help=say("taxonomy.check.stored")),
    rules: Path = typer.Option(None, "--rules", dir_okay=False, help=say("taxonomy.check.rules")),
    as_json: bool = JSON,
) -> None:
    """Name everything that does not fit, and end with 1 then."""
    from pipeline.taxonomy_review import shipped_problems, stored_problems

    if stored:
        from pipeline.desk import get_desk

        found = stored_problems(get_desk(), rules)
    else:
        found = shipped_problems(rules)
    rows = [dict(zip(("entry", "problem"), _parted(each), strict=True)) for each in found]
    if not as_json:
        rows = [{name: in_turkish(part) for name, part in row.items()} for row in rows]
    if rows or as_json:
        show(rows, as_json=as_json, titles="taxonomy.title")
    else:
        typer.echo(say("taxonomy.check.fine"))
    if rows:
        raise typer.Exit(1)


def in_turkish(fault: str) -> str:
    """What is wrong with units, topics or rules, as operators read it: a problem, or a part of one."""
    return translated("taxonomy.said", fault)


def _parted(problem: str) -> tuple[str, str]:
    """What it is about, where the sentence begins with that, and what is wrong."""
    entry, colon, sentence = problem.partition(": ")
    return (entry, sentence) if colon else ("", problem)
