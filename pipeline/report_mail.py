"""What the mail of a monthly report says, and the two files it brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import PermanentError
from domain.messages import Attachment
from notifier.report_words import duration, file_name, month_name, number, percent, share_in_time
from pipeline.desk import Desk
from store.models import MonthlyReport
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class ReportTold:
    """Values for the notice's words, and its files."""

    values: dict[str, str]
    files: tuple[Attachment, ...]


def told_of_report(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> ReportTold:
    """What the notice of a report is made of. Raises PermanentError for a report that is not archived, and
    UnreadableMessageError where the blob store has lost its files."""
    row = uow.monthly_reports.get(int(notice.values["report"]))
    if row is None:
        raise PermanentError("the report is not in the archive")
    return ReportTold(values=_values(row), files=archived_files(desk, row))


def archived_files(desk: Desk, row: MonthlyReport) -> tuple[Attachment, ...]:
    """The archived files of a report, as they were made; none while it has none. Raises
    UnreadableMessageError where the blob store has lost them."""
    if row.pdf_sha256 is None or row.xlsx_sha256 is None:
        return ()
    name = file_name(row.month, row.unit)
    return (
        Attachment(name=f"{name}.pdf", media_type=PDF, content=desk.blobs.get(row.pdf_sha256)),
        Attachment(name=f"{name}.xlsx", media_type=XLSX, content=desk.blobs.get(row.xlsx_sha256)),
    )


def _values(row: MonthlyReport) -> dict[str, str]:
    total: Mapping[str, Any] = row.figures["total"]
    return {
        "report_name": row.figures["name"],
        "report_month": month_name(row.month),
        **{f"report_{n}": number(total[n]) for n in ("opened", "solved", "open", "overdue")},
        "report_in_time": percent(share_in_time(dict(total))),
        "report_median": duration(total["median"]),
    }
