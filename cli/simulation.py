"""`beyazmasa simulate`: what another model or other rules would have made of past cases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.evaluation import readable
from cli.output import JSON, console, print_json, progress_bar, show
from cli.refusals import refusals
from cli.taxonomy import in_turkish
from cli.texts import say

if TYPE_CHECKING:
    from pipeline.simulating import Simulation

DAY = ["%Y-%m-%d"]
SHOWN_MOVES = 40


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(help=say("simulate.help"))(simulate)


def simulate(
    since: datetime = typer.Option(..., "--from", formats=DAY, help=say("simulate.from")),
    until: datetime = typer.Option(..., "--to", formats=DAY, help=say("simulate.to")),
    model: str = typer.Option(None, help=say("simulate.model")),
    rules: Path = typer.Option(None, dir_okay=False, help=say("simulate.rules")),
    text: bool = typer.Option(False, "--text", help=say("simulate.text")),
    as_json: bool = JSON,
) -> None:
    """Judge past cases once more, and change nothing."""
    from config.settings import ISTANBUL
    from pipeline.desk import get_desk
    from pipeline.simulating import simulate as judge_again

    begin, end = since.replace(tzinfo=ISTANBUL), until.replace(tzinfo=ISTANBUL) + timedelta(days=1)
    if begin >= end:
        raise typer.BadParameter(say("simulate.order"))
    desk = get_desk()
    with refusals("simulate"), progress_bar(say("simulate.progress"), None, hidden=as_json) as told:
        found = judge_again(desk, begin, end, model=model, rules=rules, with_text=text, told=told)
    if as_json:
        print_json([_sums(found) | {"moves": list(_moves(found, len(found.moves)))}])
    else:
        _show(found, with_text=text)


def _sums(found: "Simulation") -> dict[str, Any]:
    return {
        "cases": found.cases,
        "moved": found.moves.total(),
        "waited": found.waited,
        "would_wait": found.would_wait,
        "judged": found.judged,
        "judged_right": found.judged_right,
        "unreadable": found.unreadable,
        "faults": dict(found.faults),
    }


def _moves(found: "Simulation", most: int) -> Iterator[dict[str, Any]]:
    for move, count in found.moves.most_common(most):
        examples = found.examples[move]
        told = [{"case": e.number} | ({"text": e.text} if e.text is not None else {}) for e in examples]
        yield {**move._asdict(), "cases": count, "examples": told}


def _show(found: "Simulation", *, with_text: bool) -> None:
    sums, shares = _sums(found), {}
    for name in ("moved", "waited", "would_wait"):
        shares[f"{name}_share"] = readable("accuracy", sums[name] / max(found.cases, 1))
    shares["right_share"] = readable("accuracy", found.judged_right / max(found.judged, 1))
    console.print(say("simulate.sums", **sums, **shares), soft_wrap=True)
    for fault, count in found.faults.items():
        console.print(say("simulate.fault", fault=in_turkish(fault), cases=count), soft_wrap=True)
    rows = [
        row | {"examples": [each["case"] for each in row["examples"]]} for row in _moves(found, SHOWN_MOVES)
    ]
    show(rows, as_json=False, titles="simulate.title")
    if len(found.moves) > SHOWN_MOVES:
        console.print(say("simulate.more", count=len(found.moves) - SHOWN_MOVES))
    if with_text:
        _show_texts(found)


def _show_texts(found: "Simulation") -> None:
    for move, _ in found.moves.most_common(SHOWN_MOVES):
        for example in found.examples[move]:
            if example.text is not None:
                console.print(f"\n{example.number}", style="bold")
                console.print(example.text, soft_wrap=True)
