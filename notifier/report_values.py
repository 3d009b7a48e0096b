"""A month's figures as the paper shows them: every number in words, and how long its bars are.

`Report.figures` are those of `store.monthly`, with the `name` of every row and the `reported` numbers of
earlier months beside the present ones in `trend`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notifier.report_words import (
    catalogue,
    change,
    duration,
    moment,
    month_name,
    number,
    percent,
    say,
    share_in_time,
    short_month,
)

PARTS = ("units", "topics", "districts", "channels")
COUNTS = ("carried", "opened", "solved", "open", "overdue")
TOLD_AGAIN = ("opened", "solved", "open")
"""Of what corrections are told."""
MOST_ROWS = 18
"""Lines of a table on paper; the workbook has them all. The city's districts stand there in full."""
MOST_CORRECTIONS = 6
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report: of a unit, or of the city where `unit` is None."""

    month: date
    unit: str | None
    name: str
    counted_at: datetime
    figures: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What an earlier report said of a month, and what is counted now."""

    month: date
    figure: str
    before: int
    after: int


def paper(report: Report) -> dict[str, Any]:
    """The values of `templates/pdf/report.typ`."""
    total = report.figures["total"]
    return {
        "title": say("title"),
        "month": month_name(report.month),
        "unit": report.name,
        "counted": say("counted", at=moment(report.counted_at)),
        "scope": say("scope_city" if report.unit is None else "scope_unit"),
        "tiles": _tiles(report),
        "balance": say("balance", **{n: number(total[n]) for n in (*COUNTS, "reopened")}),
        "rated": _rated(report),
        "chart": say("chart"),
        "legend": [catalogue()["column"][name] for name in ("opened", "solved", "open")],
        "trend": _trend(report),
        "trend_table": _trend_table(report),
        "tables": [
            _table(part, rows, MOST_ROWS if (report.unit, part) != (None, "districts") else len(rows))
            for part in PARTS
            if len(rows := report.figures[part]) > (part == "units")  # one alone is the whole
        ],
        "corrections_title": say("corrections"),
        "corrections": _told(corrections(report)),
        "definitions": catalogue()["definitions"],
    }


def _rated(report: Report) -> str:
    """What citizens thought of it; "" where none said so, and in reports that were archived without it."""
    ratings = report.figures.get("ratings") or {}
    if not ratings.get("given"):
        return ""
    return say("rated", mean=number(round(ratings["mean"], 1)), given=number(ratings["given"]))


def corrections(report: Report) -> list[Correction]:
    """What earlier reports said otherwise, oldest month first."""
    return [
        Correction(month=date.fromisoformat(row["month"]), figure=name, before=said[name], after=row[name])
        for row in report.figures["trend"]
        if (said := row.get("reported"))
        for name in TOLD_AGAIN
        if said[name] != row[name]
    ]


def _told(found: list[Correction]) -> list[str]:
    lines = [
        say(
            "correction",
            month=month_name(each.month),
            name=catalogue()["column"][each.figure].lower(),
            before=number(each.before),
            after=number(each.after),
        )
        for each in found[-MOST_CORRECTIONS:]
    ]
    more = len(found) > MOST_CORRECTIONS
    return lines + ([say("correction_more", count=number(len(found)))] if more else [])


def _tiles(report: Report) -> list[Row]:
    total, titles = report.figures["total"], catalogue()["column"]
    before = report.figures["trend"][-2]
    late = total["overdue"] / total["open"] if total["open"] else None
    named = {**titles, "open": say("open_at_end")}
    tiles = [(named[n], number(total[n]), _against(before[n], total[n])) for n in TOLD_AGAIN]
    tiles += [
        (
            titles["overdue"],
            number(total["overdue"]),
            say("share_of_open", share=percent(late)) if late else "",
        ),
        (say("solved_in_time"), percent(share_in_time(total)), _share_before(before)),
        (titles["median"], duration(total["median"]), f"{titles['p90']}: {duration(total['p90'])}"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in tiles]


def _share_before(before: Row) -> str:
    """The share in time of the month before, said as such; "" where nothing was solved in it."""
    share = share_in_time(before)
    return "" if share is None else f"{month_name(date.fromisoformat(before['month']))}: {percent(share)}"


def _against(before: int, after: int) -> str:
    if before == after:
        return say("no_change") if before else ""
    grown = change(before, after)
    return say("against", change=grown) if grown else ""


def _trend(report: Report) -> list[Row]:
    return [
        {
            "label": short_month(date.fromisoformat(row["month"])),
            "told": number(row["opened"]),
            **{n: row[n] for n in TOLD_AGAIN},
        }
        for row in report.figures["trend"]
    ]


def _trend_table(report: Report) -> Row:
    names = ("month", *TOLD_AGAIN, "share")
    rows = [
        [
            month_name(date.fromisoformat(r["month"])),
            *(number(r[n]) for n in TOLD_AGAIN),
            percent(share_in_time(r)),
        ]
        for r in reversed(report.figures["trend"])
    ]
    return {
        "title": catalogue()["part"]["trend"],
        "columns": [catalogue()["column"][name] for name in names],
        "rows": rows,
        "bars": [],
    }


def _table(part: str, rows: list[Row], most: int) -> Row:
    titles = catalogue()["column"]
    named = rows if len(rows) <= most else rows[: most - 1]
    rest = rows[len(named) :]
    shown = [*named, _others(rest)] if rest else named
    longest = max((row["opened"] for row in named), default=0) or 1
    return {
        "title": catalogue()["part"][part],
        "columns": [titles[part], *(titles[n] for n in (*COUNTS, "share", "median", "p90"))],
        "rows": [_cells(row) for row in shown],
        "bars": [row["opened"] / longest for row in named] + [0.0] * bool(rest),
    }


def _cells(row: Row) -> list[str]:
    times = [duration(row["median"]), duration(row["p90"])]
    return [row["name"], *(number(row[n]) for n in COUNTS), percent(share_in_time(row)), *times]


def _others(rows: list[Row]) -> Row:
    """The rest as one line: its counts add up, its times cannot be told from those of its parts."""
    sums = {name: sum(row[name] for row in rows) for name in (*COUNTS, "in_time")}
    return {"name": say("others", count=number(len(rows))), **sums, "median": None, "p90": None}
