"""What a monthly report holds beside the counts: names as they are now, and what earlier reports said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.months import bounds, months_through
from notifier.rendering import labels
from notifier.report_values import TOLD_AGAIN, Report
from notifier.report_words import say
from pipeline.desk import Desk
from store.models import MonthlyReport
from store.monthly import Span
from store.unit_of_work import UnitOfWork

EARLIER = 12
"""Months before its own that a report shows."""


@dataclass(frozen=True, kw_only=True)
class _Names:
    """Names by code, by the part of a report."""

    parts: Mapping[str, Mapping[str, str]]

    def of(self, part: str, code: str | None) -> str:
        """A name; what has none is called by its code, what is not known as such."""
        return say("unknown") if code is None else self.parts.get(part, {}).get(code, code)


def counted(desk: Desk, uow: UnitOfWork, month: date) -> dict[str | None, dict[str, Any]]:
    """The figures of a month by unit, None for the city, ready to be archived: they need nothing else."""
    names, months = _names(desk, uow), months_through(month, EARLIER)
    reported = uow.monthly_reports.reported(months[:-1])
    found = uow.months.figures(Span(bounds=bounds(month, EARLIER)))
    return {
        unit: {
            "name": say("city") if unit is None else names.of("units", unit),
            "total": parts["total"],
            "ratings": parts["ratings"],
            "trend": [
                {"month": each.isoformat(), **row, **_said(reported.get((each, unit)))}
                for each, row in zip(months, parts["trend"], strict=True)
            ],
            **{
                part: [{**row, "name": names.of(part, row["code"])} for row in parts[part]]
                for part in ("units", "topics", "channels", "districts")
            },
        }
        for unit, parts in found.items()
    }


def report_of(row: MonthlyReport) -> Report:
    """An archived report as paper and workbook take it."""
    return Report(
        month=row.month,
        unit=row.unit,
        name=row.figures["name"],
        counted_at=row.counted_at,
        figures=row.figures,
    )


def _said(total: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"reported": {name: total[name] for name in TOLD_AGAIN}} if total else {}


def _names(desk: Desk, uow: UnitOfWork) -> _Names:
    return _Names(
        parts={
            "units": {code: unit.name for code, unit in uow.taxonomy.units().items()},
            "topics": {code: topic.name for code, topic in uow.taxonomy.topics().items()},
            "channels": labels("CHANNELS", folder=desk.settings.notice_folder),
        }
    )
