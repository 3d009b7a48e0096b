"""Archived reports on demand: listed, and written into a folder as they were made."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from config.months import began, read_month, shifted
from config.whole_files import write_whole
from domain.errors import ConnectionFailedError
from pipeline.desk import Desk
from pipeline.monthly import archive_month, set_some
from pipeline.refusal import RefusedError
from pipeline.report_mail import archived_files
from store.models import MonthlyReport

AT_ONCE = 20
_READABLE = 0o640


def month_on_demand(desk: Desk, written: str) -> date:
    """The month that is written as `2026-10`, its figures archived: counted now if they were not yet.

    Raises RefusedError for what is no month, one that is not over, one from before the first case, and while
    another process is counting it.
    """
    month = read_month(written)
    if month is None:
        raise RefusedError("no_month", month=written)
    if began(shifted(month, 1)) > desk.now():
        raise RefusedError("not_over", month=written)
    with desk.uow() as uow:
        known = uow.monthly_reports.is_counted(month)
        any_cases = known or uow.months.has_cases(began(shifted(month, 1)))
    if not any_cases:
        raise RefusedError("no_cases", month=written)
    if not known and not archive_month(desk, month):
        raise RefusedError("being_counted", month=written)
    return month


def reports_of(desk: Desk, month: date, unit: str | None) -> list[MonthlyReport]:
    """A unit's report of an archived month, or all of them. Raises RefusedError for a unit that has none."""
    with desk.uow() as uow:
        if unit is None:
            return uow.monthly_reports.of_month(month)
        row = uow.monthly_reports.of(month, unit)
        if row is None:
            raise RefusedError("no_report" if uow.taxonomy.unit(unit) else "no_unit", unit=unit)
        return [row]


def write_reports(desk: Desk, month: date, unit: str | None, folder: Path) -> Iterator[list[Path]]:
    """Write the files of a unit's report, or of all of a month, into a folder; yields each report's files.

    Raises RefusedError as `reports_of` does, and ConnectionFailedError where the folder cannot be written.
    """
    reports_of(desk, month, unit)
    while set_some(desk, AT_ONCE):
        pass
    folder.mkdir(parents=True, exist_ok=True)
    for row in reports_of(desk, month, unit):
        yield [_written(folder / file.name, file.content or b"") for file in archived_files(desk, row)]


def report_rows(desk: Desk, limit: int) -> list[dict[str, Any]]:
    """The archived reports, latest month first, the city's before the units'."""
    with desk.uow() as uow:
        found = uow.monthly_reports.listed(limit)
    return [
        {
            "month": f"{row.month:%Y-%m}",
            "unit": row.unit,
            "name": row.name,
            "opened": row.total["opened"],
            "solved": row.total["solved"],
            "open": row.total["open"],
            "overdue": row.total["overdue"],
            "counted_at": row.counted_at,
            "mailed_at": row.mailed_at,
        }
        for row in found
    ]


def _written(path: Path, content: bytes) -> Path:
    try:
        write_whole(path, content, mode=_READABLE)
    except OSError as error:
        raise ConnectionFailedError(f"{path} cannot be written: {error.strerror}") from error
    return path
