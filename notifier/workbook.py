"""A month's figures as a workbook (XLSX): numbers stay numbers, times are hours."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from domain.text import storable
from notifier.report_values import COUNTS, PARTS, TOLD_AGAIN, Report, corrections
from notifier.report_words import catalogue, moment, month_name, say, share_in_time

WHOLE, SHARE, HOURS, MONTH, MEAN = "#,##0", "0.0%", "#,##0.0", "mmmm yyyy", "0.00"
_HEAD = PatternFill("solid", fgColor="00539F")
_ALL = (*COUNTS[:2], "reopened", *COUNTS[2:])
_WIDEST = 60
Cell = tuple[Any, str | None]
"""A value and the format of its number."""


def workbook(report: Report) -> bytes:
    """The workbook's bytes: a summary, the trend, and a sheet for units, topics, districts and channels."""
    book = Workbook()
    book.remove(book.worksheets[0])
    parts, titles = catalogue()["part"], catalogue()["column"]
    _add(book, parts["summary"], [titles["figure"], titles["value"]], _summary(report))
    head = [titles[name] for name in ("month", *TOLD_AGAIN, "share")]
    _add(book, parts["trend"], head, [_month(row) for row in report.figures["trend"]])
    for part in PARTS:
        head = [titles[n] for n in (part, *_ALL, "share", "median_hours", "p90_hours")]
        _add(book, parts[part], head, [[_text(r["name"]), *_numbers(r)] for r in report.figures[part]])
    if found := corrections(report):
        head = [titles[name] for name in ("month", "figure", "before", "after")]
        rows = [
            [(c.month, MONTH), _text(titles[c.figure]), (c.before, WHOLE), (c.after, WHOLE)] for c in found
        ]
        _add(book, parts["corrections"], head, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(report: Report) -> list[list[Cell]]:
    total, titles = report.figures["total"], catalogue()["column"]
    names = [titles[n] for n in (*_ALL, "share", "median_hours", "p90_hours", "given", "mean")]
    head = [
        [_text(say("title")), _text(report.name)],
        [_text(titles["month"]), _text(month_name(report.month))],
        [_text(say("counted", at="").rstrip(" :")), _text(moment(report.counted_at))],
    ]
    cells = [*_numbers(total), *_ratings(report)]
    return head + [[_text(name), cell] for name, cell in zip(names, cells, strict=True)]


def _ratings(report: Report) -> list[Cell]:
    said = report.figures.get("ratings") or {}
    return [(said.get("given", 0), WHOLE), (said.get("mean"), MEAN)]


def _month(row: dict[str, Any]) -> list[Cell]:
    counts: list[Cell] = [(row[name], WHOLE) for name in TOLD_AGAIN]
    return [(date.fromisoformat(row["month"]), MONTH), *counts, (share_in_time(row), SHARE)]


def _numbers(row: dict[str, Any]) -> list[Cell]:
    times = [(None if row[n] is None else row[n] / 3600, HOURS) for n in ("median", "p90")]
    return [*((row[name], WHOLE) for name in _ALL), (share_in_time(row), SHARE), *times]


def _text(value: str) -> Cell:
    return storable(value), None


def _add(book: Workbook, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(head))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for line, row in enumerate(rows, 2):
        for column, (value, shown_as) in enumerate(row, 1):
            cell = sheet.cell(line, column, value)
            if shown_as:
                cell.number_format = shown_as
            elif isinstance(value, str):
                cell.data_type = "s"  # a name that begins with = stays a name
    sheet.freeze_panes = "B2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions
    _widen(sheet, head, rows)


def _widen(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    for column, title in enumerate(head, 1):
        longest = max([len(str(row[column - 1][0] or "")) for row in rows], default=0)
        width = min(max(longest, min(len(title), 14)) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(column)].width = width
