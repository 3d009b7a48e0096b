"""Monthly reports (SERVICE rule 1.11): a month is counted once, made into files once and mailed once.

All three are claimed in the database, so that any number of clocks may run, and die, at any point. What is
archived is never counted again: what was written late shows in the next month's report, as a correction.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from config.months import began, month_of, shifted
from config.settings import ISTANBUL, Settings
from domain.notices import Notification
from domain.urn import Urn, mail_urn
from domain.vocabulary import Medium, Template
from notifier.pdf import render_pdf
from notifier.report_values import Report, paper
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.report_figures import counted, report_of
from pipeline.sweeps import end_round, take_round
from store.models import MonthlyReport
from store.unit_of_work import UnitOfWork

EVERY = timedelta(minutes=5)
"""How often a clock looks; also how long it leaves reports alone after one could not be made."""
AT_ONCE = 4
"""Reports that one tick makes, about a second's work: whatever else the clock does must not wait."""
MAILS_AT_ONCE = 50
_SWEEP = "sweep:monthly-reports"
_log = get_logger(__name__)


def make_reports(desk: Desk) -> None:
    """Do the next piece of the month's reports, if it is time; goes on at the next tick until all is done."""
    now = desk.now()
    with desk.uow() as uow:
        taken = take_round(uow, _SWEEP, now, EVERY)
        uow.commit()
    if not taken:
        return
    month = due_month(desk.settings, now)
    if archive_month(desk, month) or set_some(desk) or _mail_some(desk, month):
        with desk.uow() as uow:
            end_round(uow, _SWEEP, now)
            uow.commit()


def due_month(settings: Settings, now: datetime) -> date:
    """The latest month whose reports are due at an aware time: from the set day and hour of the next one."""
    local, this = now.astimezone(ISTANBUL), month_of(now)
    reached = (local.day, local.hour) >= (settings.report_day, settings.report_hour)
    return shifted(this, -1 if reached else -2)


def archive_month(desk: Desk, month: date) -> bool:
    """Count a month that is over and keep its figures, unless that was done, another process is doing it, or
    there were no cases yet; says whether it was done now."""
    with desk.uow() as uow:
        if uow.monthly_reports.is_counted(month) or not uow.months.has_cases(began(shifted(month, 1))):
            return False
        if not uow.monthly_reports.take_counting() or uow.monthly_reports.is_counted(month):
            return False
        reports = uow.monthly_reports.archive(month, counted(desk, uow, month), desk.now())
        uow.commit()
    _log.info("month_counted", month=f"{month:%Y-%m}", reports=reports)
    return True


def set_some(desk: Desk, limit: int = AT_ONCE) -> int:
    """Make the files of some archived reports that have none; returns of how many.

    Raises NotConfiguredError for a changed paper that is at fault, ConnectionFailedError for the disk.
    """
    with desk.uow() as uow:
        rows = uow.monthly_reports.take_unset(limit)
        for row, files in zip(rows, _files_of(desk, map(report_of, rows)), strict=True):
            uow.monthly_reports.keep_files(row.id or 0, *desk.blobs.put_many(files))
        uow.commit()
    return len(rows)


def _files_of(desk: Desk, reports: Iterable[Report]) -> Iterator[tuple[bytes, bytes]]:
    """The PDF and the workbook of each; papers are set outside the interpreter's lock, beside the books."""
    from notifier.workbook import workbook  # a clock needs no spreadsheets on other days

    with ThreadPoolExecutor(1) as pool:
        given = list(reports)
        folder = desk.settings.notice_folder
        papers = [pool.submit(render_pdf, "report", paper(each), folder=folder) for each in given]
        for report, pdf in zip(given, papers, strict=True):
            book = workbook(report)
            yield pdf.result(), book


def _mail_some(desk: Desk, month: date) -> int:
    with desk.uow() as uow:
        rows = uow.monthly_reports.take_unmailed(month, MAILS_AT_ONCE)
        for row in rows:
            for address in _addresses(desk, uow, row):
                notice = _notice(row, address, desk.now())
                uow.notifications.owe(None, notice.dedupe_key, notice)
            uow.monthly_reports.mailed(row.id or 0, desk.now())
        uow.commit()
    return len(rows)


def _addresses(desk: Desk, uow: UnitOfWork, row: MonthlyReport) -> list[Urn]:
    """Who gets a report: managers the city's, a unit its own; bodies outside only where that is wished."""
    settings = desk.settings
    if row.unit is None:
        named = settings.report_emails.split(",")
    else:
        unit = uow.taxonomy.unit(row.unit)
        told = unit and (settings.report_outside or not unit.external)
        named = list(unit.emails) if unit and told else []
    return list(dict.fromkeys(urn for each in named if (urn := mail_urn(each.strip()))))


def _notice(row: MonthlyReport, address: Urn, now: datetime) -> Notification:
    return Notification(
        medium=Medium.EMAIL,
        recipient=address,
        template=Template.MONTHLY_REPORT,
        due_at=now,
        dedupe_key=f"{Template.MONTHLY_REPORT}:{row.id}:{address}",
        values={"report": row.id},
        automatic=False,
    )
