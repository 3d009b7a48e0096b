"""The figures as a picture: where a mail's processor time goes, and how long people and providers wait."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.run import Measured

_COLOURS = ["#1b6ca8", "#3fa7d6", "#59cd90", "#fac05e", "#c9c9c9", "#ececec"]


def draw(found: dict[str, Any], measured: Measured, path: Path) -> None:
    """Write the picture."""
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_costs(left, found)
    _draw_waits(right, measured)
    figure.savefig(path, dpi=110)


def _draw_costs(axes: Axes, found: dict[str, Any]) -> None:
    cores = found["machine"]["cores"]
    allowed = {name: part["own_ms"] + part["servers_ms"] for name, part in found["parts"].items()}
    spent = _spent(found["details"]["cpu_ms_per_mail"])
    whole = cores * 1000 / found["cases_per_s"]
    spent["others"] = whole * found["details"]["used_by_others"]
    spent["idle"] = max(0.0, whole - sum(spent.values()))
    _stack(axes, f"the whole:\n{found['cases_per_s']:,.0f}/s", spent)
    _stack(axes, f"the parts:\n{found['limit_per_s']:,.0f}/s", allowed)
    axes.set_xlabel(f"milliseconds of processor a mail, {cores} cores")
    axes.set_title(f"The whole reaches {found['share']:.0%} of what its parts allow")


def _spent(cpu: dict[str, float]) -> dict[str, float]:
    feeders = sum(ms for name, ms in cpu.items() if name.startswith("feeder"))
    programs = {"process": cpu["worker"], "PostgreSQL": cpu["postgres"], "Valkey": cpu["valkey"]}
    return {"parse and accept": feeders} | programs


def _stack(axes: Axes, label: str, costs: dict[str, float]) -> None:
    at = 0.0
    for (name, cost), colour in zip(costs.items(), _COLOURS, strict=False):
        bar = axes.barh([label], [cost], left=at, color=colour, edgecolor="white")
        if cost > 0.06:
            axes.bar_label(bar, labels=[f"{name}\n{cost:.2f}"], label_type="center", fontsize=8)
        at += cost


def _draw_waits(axes: Axes, measured: Measured) -> None:
    waits = {
        "webhook answer": measured.answers.seconds,
        "accept to case": measured.to_case,
        "accept to case during webhooks": measured.to_case_under_calls,
    }
    for (name, seconds), colour in zip(waits.items(), ("#c44536", "#1b6ca8", "#3fa7d6"), strict=True):
        shares = [(turn + 1) / len(seconds) for turn in range(len(seconds))]
        axes.plot([max(s, 1e-4) * 1000 for s in seconds], shares, label=name, color=colour)
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("share that is as quick")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower right", fontsize=8)
