"""Draws how good a model is: whether it is as right as it says, and what it takes for what.

matplotlib is loaded by these functions alone.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cli.texts import say
from router.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 30
"""More names can nobody read on one picture: those with the most mistakes are shown."""
_BLUE, _RED, _GREY = "#1b6ca8", "#c44536", "#9a9a9a"
_DPI = 90


def draw_reliability(found: Evaluation, target: float, path: Path) -> None:
    """Write a picture of two: accuracy by confidence, and precision by the share that is decided alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_bins(left, found)
    _draw_curve(right, found, target)
    figure.savefig(path, dpi=_DPI)


def draw_confusion(found: Evaluation, path: Path) -> None:
    """Write a picture of the labels with the most mistakes: rows are right, columns were found."""
    from matplotlib.figure import Figure

    chosen = _most_mistaken(found)
    names = [found.labels[at] or say("evaluate.plot.nothing") for at in chosen]
    counts = found.confusion[np.ix_(chosen, chosen)]
    shares = counts / np.maximum(found.confusion[chosen].sum(axis=1, keepdims=True), 1)
    size = 3.2 + 0.26 * len(chosen)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel(say("evaluate.plot.found"))
    axes.set_ylabel(say("evaluate.plot.expected"))
    figure.savefig(path, dpi=_DPI)


def _most_mistaken(found: Evaluation) -> NDArray[np.int64]:
    """Where the labels stand that were mixed up most often, both of each pair; then the frequent ones."""
    wrong = found.confusion - np.diag(np.diag(found.confusion))
    pairs = np.argwhere(wrong)[np.argsort(-wrong[wrong > 0], kind="stable")]
    frequent = np.argsort(-found.confusion.sum(axis=1), kind="stable")
    chosen = list(dict.fromkeys([*pairs.ravel(), *frequent]))[:MOST_LABELS]
    return np.sort(np.array(chosen, np.int64))


def _draw_bins(axes: "Axes", found: Evaluation) -> None:
    bins = found.bins()
    middles = [(each.low + each.high) / 2 for each in bins]
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", label=say("evaluate.plot.ideal"))
    axes.bar(middles, [each.accuracy for each in bins], width=0.092, color=_BLUE, alpha=0.85)
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], "o", color=_RED, markersize=4)
    for middle, each in zip(middles, bins, strict=True):
        colour = "white" if each.accuracy > 0.1 else "black"
        axes.text(middle, 0.02, str(each.count), ha="center", fontsize=7, color=colour)
    error = f"{100 * found.calibration_error:.1f}".replace(".", ",")
    axes.set_title(say("evaluate.plot.reliability", ece=error))
    axes.set_xlabel(say("evaluate.plot.confidence"))
    axes.set_ylabel(say("evaluate.plot.accuracy"))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.03)
    axes.legend(loc="upper left", fontsize=8)


def _draw_curve(axes: "Axes", found: Evaluation, target: float) -> None:
    coverage, precision = found.curve
    axes.plot(coverage, precision, color=_BLUE)
    axes.axhline(target, color=_GREY, linestyle="--", label=say("evaluate.plot.target"))
    if found.sure_share:
        axes.plot(
            [found.sure_share], [found.sure_precision], "o", color=_RED, label=say("evaluate.plot.sure")
        )
    axes.set_title(say("evaluate.plot.coverage"))
    axes.set_xlabel(say("evaluate.plot.share"))
    axes.set_ylabel(say("evaluate.plot.precision"))
    axes.set_xlim(0, 1.01)
    axes.set_ylim(max(0.0, min(precision.min(initial=1.0), target) - 0.02), 1.01)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
