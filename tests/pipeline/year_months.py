"""What each month of a made-up year brought, counted in pandas from what became of each case."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from domain.decisions import Unit
from tests.pipeline.year_calendar import ISTANBUL
from tests.pipeline.year_cases import YearCase
from tests.pipeline.year_recount import SHUT, Phase

PARTS = {"units": "unit", "topics": "topic", "channels": "channel", "districts": "district"}
SUMS = ("carried", "opened", "reopened", "solved", "open", "overdue", "in_time")
CITY = "*"
Figures = dict[str, Any]


def table_of(cases: Sequence[YearCase], phases: Mapping[int, Sequence[Phase]]) -> pd.DataFrame:
    """A row for each phase of each case."""
    rows = [
        {
            "case": case.id, "topic": case.topic, "channel": case.channel, "district": case.district,
            "opened_at": phases[case.id][0].start, "start": phase.start, "unit": phase.unit,
            "due": phase.due, "legal": phase.legal, "paused": phase.paused,
            "shut": phase.state in SHUT, "again": phase.state == "reopened",
        }
        for case in cases
        for phase in phases[case.id]
    ]  # fmt: skip
    return pd.DataFrame(rows).sort_values(["case", "start"], kind="stable")


def month_of(table: pd.DataFrame, month: pd.Period) -> pd.DataFrame:
    """A row for each case a month had to do with, as it stood at its end."""
    since, until = (pd.Timestamp(m.start_time, tz="UTC") - ISTANBUL for m in (month, month + 1))
    known = table[table.start < until]
    end = known.groupby("case").tail(1).set_index("case")
    begin = table[table.start < since].groupby("case").tail(1).set_index("case").shut
    was_shut = begin.reindex(end.index, fill_value=False)
    again = set(known[(known.start >= since) & known.again].case)
    end["opened"] = end.opened_at >= since
    end["reopened"] = was_shut & end.index.isin(again)
    end["carried"] = ~end.opened & ~was_shut
    end = end[end.opened | end.reopened | end.carried]
    end["solved"], end["open"] = end.shut, ~end.shut
    still = (end.paused != "") & (end.start < end.due) & ((end.paused == "fee") | (end.legal >= until))
    end["overdue"] = end.open & (end.due < until) & ~still
    end["in_time"] = end.shut & (end.start <= end.due)
    end["seconds"] = (end.start - end.opened_at).dt.total_seconds().where(end.shut)
    return end


def figures_of(month: pd.DataFrame, units: Mapping[str, Unit]) -> dict[str | None, Figures]:
    """The figures of the city, and of each unit with all below it, as reports have them."""
    heads = pd.DataFrame([(code, head) for code in units for head in [CITY, *_up(code, units)]])
    rows = month.merge(heads.set_axis(["unit", "head"], axis=1), on="unit")
    found: dict[str | None, Figures] = {
        None if head == CITY else head: {"total": line, **{part: {} for part in PARTS}}
        for (head,), line in _lines(rows, ["head"])
    }
    for part, column in PARTS.items():
        for (head, code), line in _lines(rows, ["head", column]):
            found[None if head == CITY else head][part][None if pd.isna(code) else code] = line
    return found


def _lines(rows: pd.DataFrame, by: list[str]) -> Iterator[tuple[tuple[Any, ...], Figures]]:
    groups = rows.groupby(by, dropna=False)
    table = (
        groups[[*SUMS]]
        .sum()
        .assign(median=groups.seconds.quantile(0.5).round(3), p90=groups.seconds.quantile(0.9).round(3))
    )
    for key, line in zip(table.index, table.to_dict("records"), strict=True):
        times = {name: None if pd.isna(line[name]) else line[name] for name in ("median", "p90")}
        yield key if len(by) > 1 else (key,), {name: int(line[name]) for name in SUMS} | times


def _up(code: str | None, units: Mapping[str, Unit]) -> list[str]:
    found: list[str] = []
    while code and code not in found:
        found.append(code)
        code = units[code].parent
    return found


def as_archived(figures: Mapping[str, Any]) -> Figures:
    """An archived report's figures in the same shape."""
    parts = {part: {row["code"]: _kept(row) for row in figures[part]} for part in PARTS}
    return {"total": _kept(figures["total"]), **parts}


def _kept(row: Mapping[str, Any]) -> Figures:
    times = {n: None if row[n] is None else round(row[n], 3) for n in ("median", "p90")}
    return {name: row[name] for name in SUMS} | times
