"""Monthly reports, as they were made: an archived one never changes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from store.models.columns import json_object, key

TO_BE_SET = text("pdf_sha256 IS NULL")
TO_BE_MAILED = text("mailed_at IS NULL")


class MonthlyReport(SQLModel, table=True):
    """What a unit and those below it did in a month, or the whole city where `unit` is None.

    `month` is its first day, `figures` the numbers as they stood when they were counted; the two files are
    made of them, once, and kept by their content.
    """

    __tablename__ = "monthly_reports"
    __table_args__ = (
        Index("one_report_a_month", "month", "unit", unique=True, postgresql_nulls_not_distinct=True),
        Index("reports_to_be_set", "id", postgresql_where=TO_BE_SET),
        Index("reports_to_be_mailed", "month", "id", postgresql_where=TO_BE_MAILED),
    )

    id: int | None = key()
    month: date
    unit: str | None = Field(default=None, foreign_key="units.code", nullable=True)
    counted_at: datetime
    figures: dict[str, Any] = json_object()
    pdf_sha256: str | None = None
    xlsx_sha256: str | None = None
    mailed_at: datetime | None = None
