"""A run's figures as keys and values, as a table, and against the goals."""

from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from bench.limit import Part
from bench.machine import describe
from bench.run import Measured
from bench.steady import percentile

_NOTED = 0.05
"""Above this, other programs had so much of the machine that the whole says little."""

_JUDGED = {
    "accuracy": ("topic right, of judged sentences", "85 %"),
    "top3": ("topic among the first three", "95 %"),
    "kind": ("kind right", "90 %"),
    "life_safety_recall": ("dangers to life recognised", "100 %"),
    "life_safety_precision": ("rightly called so", "80 %"),
    "coverage": ("decided alone at 97 % right", ""),
    "ece": ("calibration error", "3 %"),
}


def figures(measured: Measured, *, quick: bool) -> dict[str, Any]:
    """The figures of a run as `var/bench/latest.json` holds them."""
    typical = measured.typical
    flood = typical.flood
    answers, to_case = measured.answers.seconds, measured.to_case
    return {
        "cases_per_s": round(flood.per_second, 1),
        "limit_per_s": round(typical.limit, 1),
        "share": round(typical.share, 3),
        "parts": {part.name: _part(part) for part in typical.parts},
        "webhook_p99_ms": _ms(answers, 0.99),
        "accept_to_case_p95_s": round(percentile(to_case, 0.95), 4),
        "peak_rss_mb": round(max(measured.memory_mb.values()), 1),
        "accuracy": {name: round(value, 4) for name, value in measured.accuracy.items()},
        "details": {
            "mails": flood.mails,
            "shares": [round(each.share, 3) for each in measured.rounds],
            "floods_per_s": [round(each.flood.per_second, 1) for each in measured.rounds],
            "cpu_ms_per_mail": {name: round(ms, 3) for name, ms in flood.cpu_ms.items()},
            "used_by_others": round(flood.others, 3),
            "share_of_what_others_left": round(typical.share / (1 - flood.others), 3),
            "webhook_p50_ms": _ms(answers, 0.5),
            "webhook_calls": len(answers) + measured.answers.bad,
            "webhook_not_200": measured.answers.bad,
            "accept_to_case_p50_s": round(percentile(to_case, 0.5), 4),
            "accept_to_case_p95_s_during_webhooks": round(percentile(measured.to_case_under_calls, 0.95), 4),
            "peak_rss_mb": {name: round(mb, 1) for name, mb in measured.memory_mb.items()},
        },
        "machine": describe(),
        "quick": quick,
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def table(found: dict[str, Any]) -> Table:
    """The figures for people."""
    rows = Table("", "measured", "goal", title="Beyaz Masa Hattı", box=None, pad_edge=False)
    for name, part in found["parts"].items():
        rows.add_row(f"{name} alone, one core", f"{part['per_s']:,.0f} mails/s", "", style="dim")
    details = found["details"]
    rows.add_row("what the parts allow", f"{found['limit_per_s']:,.0f} cases/s", "")
    rows.add_row("the whole", f"{found['cases_per_s']:,.0f} cases/s", "")
    rows.add_row("the whole as a share of that", f"{found['share']:.0%}", "60 %")
    rows.add_row("webhook answer p99", f"{found['webhook_p99_ms']:.1f} ms", "50 ms")
    rows.add_row("webhook answer p50", f"{details['webhook_p50_ms']:.1f} ms", "")
    rows.add_row("webhooks not answered 200", f"{details['webhook_not_200']}", "0")
    rows.add_row("accept to case p95", f"{found['accept_to_case_p95_s'] * 1000:.0f} ms", "1000 ms")
    for name, (title, goal) in _JUDGED.items():
        rows.add_row(title, f"{found['accuracy'][name]:.1%}", goal)
    rows.add_row("largest process", f"{found['peak_rss_mb']:.0f} MB", "200 MB")
    if details["used_by_others"] >= _NOTED:
        left = details["share_of_what_others_left"]
        rows.add_row(
            "the machine's share that others had", f"{details['used_by_others']:.0%}", "0 %", style="red"
        )
        rows.add_row("the whole, of what they left", f"{left:.0%}", "")
    return rows


def _part(part: Part) -> dict[str, float]:
    return {
        "per_s": round(part.per_second, 1),
        "own_ms": round(part.own * 1000, 4),
        "servers_ms": round(part.servers * 1000, 4),
    }


def _ms(seconds: list[float], share: float) -> float:
    return round(percentile(seconds, share) * 1000, 2)
