"""How right the shipped classifier is on the judged sentences, which nothing was trained on."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.thinking import make_judgement
from domain.decisions import Classification
from pipeline.evaluating import Trial, answered, classified
from router.evaluation import Evaluation
from router.training import TARGET_PRECISION

JUDGED = tuple(
    Path(__file__).parents[1] / "tests" / "router" / "judged" / name for name in ("first.csv", "second.csv")
)


def measure_accuracy() -> dict[str, float]:
    """Shares of 1: topics right, right among three, kinds right, dangers recognised and rightly called so,
    calibration error, and what may be decided alone at the target precision."""
    rows = [row for path in JUDGED for row in _rows(path)]
    found = classified(make_judgement().classifier, [row["text"] for row in rows])
    evaluation = Evaluation(answered([Trial(text=r["text"], label=r["topic"]) for r in rows], found))
    kinds = [each.kind == row["kind"] for each, row in zip(found, rows, strict=True)]
    return {
        **evaluation.figures(TARGET_PRECISION),
        "kind": sum(kinds) / len(kinds),
        **_dangers(rows, found),
    }


def _dangers(rows: Sequence[Mapping[str, str]], found: Sequence[Classification]) -> dict[str, float]:
    pairs = [(row["life_safety"] == "1", each.life_safety) for row, each in zip(rows, found, strict=True)]
    hits = sum(true and called for true, called in pairs)
    return {
        "life_safety_recall": hits / max(1, sum(true for true, _ in pairs)),
        "life_safety_precision": hits / max(1, sum(called for _, called in pairs)),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
