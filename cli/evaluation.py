"""`beyazmasa evaluate`: how good a model is, on texts whose right answer an operator knows."""

import csv
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.output import JSON, console, print_json, show, shown
from cli.refusals import refusals
from cli.texts import say

if TYPE_CHECKING:
    from pipeline.evaluating import Trial
    from router.evaluation import Evaluation

MOST_NAMES = 10
"""How many labels are named."""
ERRORS, CONFUSION, RELIABILITY = "errors.csv", "confusion.png", "reliability.png"
SHARES = frozenset(
    {"accuracy", "top3", "macro_f1", "ece", "coverage", "precision_at_80", "sure", "sure_precision"}
    | {
        "mean_confidence",
        "life_safety_recall",
        "kind_accuracy",
        "verdict_accuracy",
        "confidence",
        "trained",
        "corrected",
        "expected",
    }
)
"""Figures that people read as percentages."""


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(help=say("evaluate.help"))(evaluate)


def evaluate(
    files: list[Path] = typer.Argument(..., help=say("evaluate.files")),
    mapping: Path = typer.Option(None, "--map", help=say("evaluate.map")),
    label: str = typer.Option("label", help=say("evaluate.label")),
    model: str = typer.Option(None, help=say("evaluate.model")),
    out: Path = typer.Option(None, file_okay=False, help=say("evaluate.out")),
    as_json: bool = JSON,
) -> None:
    """Try the model on every row, and write what it got wrong."""
    from pipeline.desk import get_desk
    from pipeline.evaluating import answered, classified, own_name, tried, unanswerable
    from pipeline.judgement import make_classifier
    from pipeline.trial_files import read_naming, read_trials
    from router.evaluation import Evaluation

    desk = get_desk()
    with refusals("evaluate"):
        trials = [trial for file in files for trial in read_trials(file, label)]
        taxonomy, chosen = tried(desk, model)
        name = read_naming(mapping, taxonomy) if mapping else own_name
    classifier = make_classifier(taxonomy.topics, chosen)
    begun = time.perf_counter()
    found = classified(classifier, [trial.text for trial in trials])
    speed = len(trials) / (time.perf_counter() - begun)
    evaluation = Evaluation(answered(trials, found, name))
    target = chosen.topics.facts.target_precision
    unknown = unanswerable(trials, taxonomy, name)
    folder = out or desk.settings.var_dir / "evaluation"
    written = _write(folder, trials, evaluation, [each.topic or "" for each in found], target)
    figures = {"version": chosen.version, **evaluation.figures(target), "texts_per_s": round(speed)}
    if unknown:
        _warn(unknown, sum(trial.label in unknown for trial in trials))
    _tell(figures, target, written, as_json=as_json)


def _warn(unknown: Sequence[str], texts: int) -> None:
    more = say("evaluate.more", count=len(unknown) - MOST_NAMES) if len(unknown) > MOST_NAMES else ""
    typer.echo(
        say("evaluate.unanswerable", labels=", ".join(unknown[:MOST_NAMES]) + more, texts=texts), err=True
    )


def _tell(figures: Mapping[str, Any], target: float, written: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        print_json([{**figures, "files": [str(path) for path in written]}])
        return
    _show_figures(figures, target)
    console.print(say("evaluate.written", files=shown([str(path) for path in written])), soft_wrap=True)


def _show_figures(figures: Mapping[str, Any], target: float) -> None:
    rows = [
        {"figure": figure_name(name, target), "value": readable(name, value)}
        for name, value in figures.items()
    ]
    show(rows, as_json=False, titles="model.title")


def figure_name(name: str, target: float) -> str:
    """What a figure is called; some speak of the precision that is aimed at."""
    return say(f"model.figure.{name}", target=_percent(target))


def readable(name: str, value: Any) -> str:
    """A figure as people read it."""
    return _percent(value) if name in SHARES and value is not None else shown(value)


def _percent(share: float) -> str:
    return f"%{100 * share:.1f}".replace(".", ",")


def _write(
    folder: Path, trials: Sequence["Trial"], found: "Evaluation", topics: Sequence[str], target: float
) -> list[Path]:
    from cli.plots import draw_confusion, draw_reliability

    folder.mkdir(parents=True, exist_ok=True)
    _write_errors(folder / ERRORS, trials, found, topics)
    draw_confusion(found, folder / CONFUSION)
    draw_reliability(found, target, folder / RELIABILITY)
    return [folder / name for name in (ERRORS, CONFUSION, RELIABILITY)]


def _write_errors(path: Path, trials: Sequence["Trial"], found: "Evaluation", topics: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["text", "expected", "found", "confidence", "alternatives", "topic"])
        for at in found.errors:
            answer = found.answers[at]
            others = " ".join(answer.alternatives)
            confidence = f"{answer.confidence:.3f}"
            table.writerow([trials[at].text, answer.expected, answer.label, confidence, others, topics[at]])
