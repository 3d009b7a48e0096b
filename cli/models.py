"""`beyazmasa train` and `model`: what the classifier learns, and which model decides."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from cli.evaluation import figure_name, readable
from cli.output import JSON, console, print_json, show, shown, waiting
from cli.people import AS, who
from cli.refusals import refusals
from cli.texts import say

if TYPE_CHECKING:
    from pipeline.desk import Desk
    from pipeline.learning import Trained

app = typer.Typer(help=say("model.help"), no_args_is_help=True)
VERSION = typer.Argument(..., help=say("model.version"))
FORCE = typer.Option(False, "--force", help=say("model.force"))
DAY = ["%Y-%m-%d"]
FIGURES = (
    "texts", "labels", "accuracy", "top3", "macro_f1", "ece", "coverage", "precision_at_80", "sure",
    "sure_precision", "mean_confidence", "life_safety_recall", "kind_accuracy", "verdict_accuracy",
)  # fmt: skip
LEARNED = ("decisions", "topics", "kinds", "verdicts", "examples", "held_out", "since", "until")
"""In which order people read them: the database keeps none."""


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.command(help=say("train.help"))(train)
    commands: dict[str, Callable[..., None]] = {"list": models, "show": model, "drift": drift}
    commands |= {"activate": activate, "rollback": rollback}
    for name, command in commands.items():
        app.command(name, help=say(f"model.{name}.help"))(command)
    parent.add_typer(app, name="model")


def train(
    since: datetime = typer.Option(None, formats=DAY, help=say("train.since")),
    activate: bool = typer.Option(False, "--activate", help=say("train.activate")),
    force: bool = FORCE,
    by: str = AS,
    as_json: bool = JSON,
) -> None:
    """Train a candidate, show it beside the model in force, and activate it if asked."""
    from config.settings import ISTANBUL
    from pipeline.desk import get_desk
    from pipeline.drift import BEGINNING
    from pipeline.learning import train_candidate
    from pipeline.review_guards import named

    desk = get_desk()
    begin = since.replace(tzinfo=ISTANBUL) if since else BEGINNING
    with refusals("train"), waiting(say("train.running")):
        trained = train_candidate(desk, named(who(by)), begin)
    if as_json:
        print_json([_as_row(trained)])
    else:
        _show_trained(trained)
    if activate:
        _activate(desk, trained.row.version, by, force=force, quiet=as_json)
    elif not as_json:
        console.print(say("train.next", version=trained.row.version), soft_wrap=True)


def models(as_json: bool = JSON) -> None:
    """Every model and where it stands."""
    from pipeline.desk import get_desk
    from pipeline.model_history import model_rows

    rows = model_rows(get_desk())
    if not as_json:
        rows = [_readable(row) for row in rows]
    show(rows, as_json=as_json, titles="model.title")
    if not as_json:
        console.print(say("model.list.shipped"), soft_wrap=True)


def model(version: str = VERSION, as_json: bool = JSON) -> None:
    """Everything about one."""
    from pipeline.desk import get_desk
    from pipeline.model_history import model_file

    found = model_file(get_desk(), version)
    if as_json:
        print_json([found])
        return
    for name in ("version", "state", "created_at", "trained_by", "parent", "labels", "trained_on"):
        if name in found:
            value = _learned(found[name]) if name == "trained_on" else found[name]
            console.print(f"{say(f'model.title.{name}')}: {shown(value)}", soft_wrap=True)
    _show_figures(found["figures"], found.get("compared"), found["target_precision"])
    show(found["activations"], as_json=False, titles="model.title")


def activate(version: str = VERSION, force: bool = FORCE, by: str = AS) -> None:
    """Have a model decide from now on."""
    from pipeline.desk import get_desk

    _activate(get_desk(), version, by, force=force, quiet=False)


def rollback(by: str = AS) -> None:
    """Have the model before decide again."""
    from pipeline.desk import get_desk
    from pipeline.model_history import roll_back

    with refusals("model"):
        version = roll_back(get_desk(), who(by))
    console.print(say("model.rollback.done", version=version), soft_wrap=True)


def drift(
    weeks: int = typer.Option(8, min=1, max=520, help=say("model.drift.weeks")), as_json: bool = JSON
) -> None:
    """How decisions turned out week by week, beside what training led to expect."""
    from pipeline.desk import get_desk
    from pipeline.drift import drift_rows, topic_rows

    desk = get_desk()
    found = drift_rows(desk, weeks)
    if as_json:
        print_json(found)
        return
    show([_without_topics(row) for row in found], as_json=False, titles="model.drift_title")
    console.print(f"\n{say('model.drift.topics')}", style="bold")
    show([_readable(row) for row in topic_rows(found)], as_json=False, titles="model.drift_title")


def _without_topics(row: dict[str, Any]) -> dict[str, Any]:
    return _readable({name: value for name, value in row.items() if name != "topics"})


def _learned(trained_on: dict[str, Any]) -> dict[str, Any]:
    from pipeline.drift import BEGINNING

    known = sorted(trained_on.items(), key=lambda item: _place(LEARNED, item[0]))
    read = {name: datetime.fromisoformat(v) if name in LEARNED[-2:] else v for name, v in known}
    return {
        name: value for name, value in read.items() if value != BEGINNING
    }  # all there were: no day to tell


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: readable(name, value) for name, value in row.items()}


def _activate(desk: "Desk", version: str, by: str, *, force: bool, quiet: bool) -> None:
    from pipeline.model_history import activate as make_decide

    with refusals("model"):
        done = make_decide(desk, version, who(by), force=force)
    if not quiet:
        console.print(say("model.activate.done", version=done), soft_wrap=True)


def _as_row(trained: "Trained") -> dict[str, Any]:
    row = trained.row
    return {
        "version": row.version,
        "new": trained.is_new,
        "figures": row.figures,
        "compared": row.compared,
        "parent": row.parent,
        "trained_on": row.trained_on,
        "worse": list(trained.worse),
    }


def _show_trained(trained: "Trained") -> None:
    row = trained.row
    console.print(say("train.done", version=row.version, **row.trained_on), soft_wrap=True)
    for part in ("kinds", "verdicts"):
        count = row.trained_on[part]
        console.print(say(f"train.{part}" if count else f"train.{part}_kept", count=count), soft_wrap=True)
    _show_figures(row.figures, row.compared, trained.target)
    key = "train.worse" if trained.worse else "train.fine"
    fallen = ", ".join(figure_name(name, trained.target) for name in trained.worse)
    console.print(say(key, fallen=fallen), soft_wrap=True)


def _show_figures(figures: dict[str, Any], compared: dict[str, Any] | None, target: float) -> None:
    rows = [
        {"figure": figure_name(name, target), "value": readable(name, value)}
        | ({"compared": readable(name, compared.get(name))} if compared else {})
        for name, value in sorted(figures.items(), key=lambda figure: _place(FIGURES, figure[0]))
    ]
    show(rows, as_json=False, titles="model.title")
