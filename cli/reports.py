"""`beyazmasa report`: monthly reports from the archive; a month that is over is counted if it was not yet."""

from pathlib import Path

import typer

from cli.output import JSON, console, print_json, progress_bar, show
from cli.refusals import refusals
from cli.texts import say

LIST = "list"


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command("report", help=say("report.help"))(report)


def report(
    month: str = typer.Argument(..., metavar="AY|list", help=say("report.month")),
    unit: str | None = typer.Option(None, help=say("report.unit")),
    out: Path | None = typer.Option(None, file_okay=False, help=say("report.out")),
    limit: int = typer.Option(100, min=1, help=say("report.limit")),
    as_json: bool = JSON,
) -> None:
    """List the archive, or write a month's reports into a folder, or print their figures."""
    if month == LIST:
        _list(limit, as_json=as_json)
        return
    with refusals("report"):
        if as_json:
            _print(month, unit)
        if out is not None or not as_json:
            _write(month, unit, out or Path(), quiet=as_json)


def _list(limit: int, *, as_json: bool) -> None:
    from pipeline.desk import get_desk
    from pipeline.report_files import report_rows

    show(report_rows(get_desk(), limit), as_json=as_json, titles="report.title")


def _print(month: str, unit: str | None) -> None:
    from pipeline.desk import get_desk
    from pipeline.report_files import month_on_demand, reports_of

    desk = get_desk()
    rows = reports_of(desk, month_on_demand(desk, month), unit)
    print_json(
        {"month": month, "unit": row.unit, "counted_at": row.counted_at, **row.figures} for row in rows
    )


def _write(month: str, unit: str | None, folder: Path, *, quiet: bool) -> None:
    from pipeline.desk import get_desk
    from pipeline.report_files import month_on_demand, reports_of, write_reports

    desk = get_desk()
    first = month_on_demand(desk, month)
    count = len(reports_of(desk, first, unit))
    with progress_bar(say("report.progress"), count, hidden=quiet or count == 1) as advance:
        for _files in write_reports(desk, first, unit, folder):
            advance(1)
    if not quiet:
        console.print(say("report.done", count=count, folder=folder), soft_wrap=True)
