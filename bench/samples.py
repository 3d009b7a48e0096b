"""`python -m bench.samples [folder]`: the month's reports that the docs show, anew, of made-up cases.

September is counted first; some of its cases are written late, and October's reports correct it.
"""

import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pypdfium2

from bench.made_up import fill
from bench.stack import Stack
from config.months import began, shifted
from notifier.pdf import render_pdf
from notifier.report_values import Report, paper
from notifier.report_words import file_name
from notifier.workbook import workbook
from pipeline.desk import Desk
from pipeline.monthly import archive_month
from pipeline.report_figures import report_of
from pipeline.report_files import reports_of

MONTH, SHOWN = date(2026, 10, 1), (None, "yol-bakim-dairesi")
CASES, LATE = 900, 12
"""In a month of average size, and written late."""


def main() -> None:
    """Write the samples, and their first pages as pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/samples")
    with tempfile.TemporaryDirectory() as scratch, Stack(Path(scratch) / "var") as stack:
        counted_at = [began(shifted(MONTH, n)) + timedelta(days=2, hours=7) for n in (0, 1)]
        desk = Desk(stack.settings, now=lambda: counted_at[0], ring=lambda _queue: None)
        _fill(desk, counted_at[1])
        archive_month(desk, shifted(MONTH, -1))
        _write(desk, LATE, shifted(MONTH, -1), counted_at[1], after=90_000)
        desk.now = lambda: counted_at[1]
        archive_month(desk, MONTH)
        for row in reports_of(desk, MONTH, None):
            if row.unit in SHOWN:
                _show(report_of(row), folder)
        desk.engine.dispose()


def _fill(desk: Desk, now: datetime) -> None:
    for back in range(13):
        month = shifted(MONTH, -back)
        size = 1 + 0.25 * (month.month in (1, 2, 10, 12)) - 0.2 * (month.month in (7, 8))
        size *= Random(month.toordinal()).uniform(0.9, 1.1)
        _write(desk, round(CASES * size), month, now, after=back * 2000)


def _write(desk: Desk, cases: int, month: date, now: datetime, *, after: int) -> None:
    with desk.engine.begin() as connection:
        seed = month.month / 100 + after / 1_000_000
        fill(connection, cases, began(month), began(shifted(month, 1)), now, seed=seed, after=after)


def _show(report: Report, folder: Path) -> None:
    path = folder / file_name(report.month, report.unit)
    pdf = render_pdf("report", paper(report))
    path.with_suffix(".pdf").write_bytes(pdf)
    path.with_suffix(".xlsx").write_bytes(workbook(report))
    drawn = pypdfium2.PdfDocument(pdf)[0].render(scale=1.6).to_pil()
    drawn.convert("P", colors=64).save(path.with_suffix(".png"), optimize=True)


if __name__ == "__main__":
    main()
