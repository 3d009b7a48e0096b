"""The archive of monthly reports: counted, set and mailed once each, however many clocks run."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from store.models import MonthlyReport

_LOCKED = text("SELECT pg_try_advisory_xact_lock(hashtextextended('monthly_reports', 0))")


class MonthlyReportRepository:
    """Monthly reports by month (its first day) and unit, None for the city."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_counting(self) -> bool:
        """Whether nobody else counts a month just now; then nobody does until the transaction ends."""
        return bool(self._session.execute(_LOCKED).scalar())

    def is_counted(self, month: date) -> bool:
        """Whether a month's figures are archived."""
        return self.of(month, None) is not None

    def of(self, month: date, unit: str | None) -> MonthlyReport | None:
        """The report, or None."""
        mine = col(MonthlyReport.month) == month, col(MonthlyReport.unit).is_not_distinct_from(unit)
        return self._session.scalars(select(MonthlyReport).where(*mine)).first()

    def get(self, report_id: int) -> MonthlyReport | None:
        """The report with this key, or None."""
        return self._session.get(MonthlyReport, report_id)

    def archive(self, month: date, figures: Mapping[str | None, Mapping[str, Any]], now: datetime) -> int:
        """Keep a month's figures by unit; what is there stays as it is. Returns how many were added."""
        rows = [
            {"month": month, "unit": unit, "counted_at": now, "figures": each}
            for unit, each in figures.items()
        ]
        added = self._session.execute(
            insert(MonthlyReport).on_conflict_do_nothing().returning(col(MonthlyReport.id)), rows
        )
        return len(added.all())

    def reported(self, months: Sequence[date]) -> dict[tuple[date, str | None], dict[str, Any]]:
        """The totals that the reports of these months gave, by month and unit."""
        rows = self._session.execute(
            select(
                col(MonthlyReport.month), col(MonthlyReport.unit), col(MonthlyReport.figures)["total"]
            ).where(col(MonthlyReport.month).in_(months))
        )
        return {(month, unit): total for month, unit, total in rows}

    def take_unset(self, limit: int) -> list[MonthlyReport]:
        """Some reports without files; nobody else takes them until the transaction ends."""
        statement = select(MonthlyReport).where(col(MonthlyReport.pdf_sha256).is_(None))
        return self._taken(statement, limit)

    def take_unmailed(self, month: date, limit: int) -> list[MonthlyReport]:
        """Some of a month's reports that have their files and were mailed to nobody yet; taken likewise."""
        statement = select(MonthlyReport).where(
            col(MonthlyReport.month) == month,
            col(MonthlyReport.mailed_at).is_(None),
            col(MonthlyReport.pdf_sha256).is_not(None),
        )
        return self._taken(statement, limit)

    def keep_files(self, report_id: int, pdf: str, xlsx: str) -> None:
        """Record by which content its files are kept."""
        self._change(report_id, pdf_sha256=pdf, xlsx_sha256=xlsx)

    def mailed(self, report_id: int, now: datetime) -> None:
        """Record that its mails are owed."""
        self._change(report_id, mailed_at=now)

    def of_month(self, month: date) -> list[MonthlyReport]:
        """All reports of a month, the city's first."""
        statement = select(MonthlyReport).where(col(MonthlyReport.month) == month)
        return list(self._session.scalars(statement.order_by(col(MonthlyReport.unit).nulls_first())))

    def listed(self, limit: int) -> Sequence[Row[Any]]:
        """(month, unit, name, counted_at, mailed_at, total) of the latest reports, the city first."""
        statement = (
            select(
                col(MonthlyReport.month),
                col(MonthlyReport.unit),
                col(MonthlyReport.figures)["name"].astext.label("name"),
                col(MonthlyReport.counted_at),
                col(MonthlyReport.mailed_at),
                col(MonthlyReport.figures)["total"].label("total"),
            )
            .order_by(col(MonthlyReport.month).desc(), col(MonthlyReport.unit).nulls_first())
            .limit(limit)
        )
        return self._session.execute(statement).all()

    def _taken(self, statement: Any, limit: int) -> list[MonthlyReport]:
        ordered = statement.order_by(col(MonthlyReport.id)).limit(limit)
        return list(self._session.scalars(ordered.with_for_update(skip_locked=True)))

    def _change(self, report_id: int, **values: Any) -> None:
        self._session.execute(
            update(MonthlyReport).where(col(MonthlyReport.id) == report_id).values(**values)
        )
