"""What a month brought to each unit with those below it, and to the city: counted once for all of them.

Every case counts for the unit it was with at the month's end, and for each unit above that one. For all
figures `carried + opened + reopened = solved + open`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from store.month_tables import make_month_tables
from store.month_trend import make_trend_table

CITY = "*"
"""Stands for the city among the codes of units: no code can be that."""
_UNDER = (
    "WITH RECURSIVE under(head, unit) AS (SELECT code, code FROM units UNION"
    " SELECT u.parent, under.unit FROM under JOIN units u ON u.code = under.head WHERE u.parent IS NOT NULL),"
    " tree AS (SELECT head, unit FROM under UNION ALL SELECT CAST(:city AS text), code FROM units)"
)
_SUMS = ("carried", "opened", "reopened", "solved", "overdue", "in_time")
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {name}) AS {name}" for name in _SUMS)
_CELLS = text(
    "CREATE TEMP TABLE month_cells ON COMMIT DROP AS SELECT unit,"  # noqa: S608
    " 8 + grouping(topic, channel, district) AS level, coalesce(topic, channel, district) AS value,"
    f" count(*) FILTER (WHERE NOT solved) AS open, {_COUNTS} FROM month_active"
    " GROUP BY GROUPING SETS ((unit), (unit, topic), (unit, channel), (unit, district))"
)
_SUMMED = ", ".join(f"CAST(sum(c.{name}) AS bigint) AS {name}" for name in (*_SUMS, "open"))
_COUNTED = text(
    f"{_UNDER} SELECT t.head, c.level, c.value, {_SUMMED} FROM month_cells c"  # noqa: S608
    " JOIN tree t ON t.unit = c.unit GROUP BY t.head, c.level, c.value UNION ALL"
    f" SELECT t.head, 7, c.unit, {_SUMMED} FROM month_cells c JOIN tree t ON t.unit = c.unit"
    " WHERE c.level = 15 GROUP BY t.head, c.unit"
)
_TIMES = "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY a.seconds) AS times"
_TIMED = text(
    f"{_UNDER} SELECT t.head, 8 + grouping(a.topic, a.channel, a.district) AS level,"  # noqa: S608
    f" coalesce(a.topic, a.channel, a.district) AS value, {_TIMES}"
    " FROM month_active a JOIN tree t ON t.unit = a.unit WHERE a.solved GROUP BY GROUPING SETS"
    " ((t.head), (t.head, a.topic), (t.head, a.channel), (t.head, a.district))"
)
_TIMED_UNITS = text(
    f"SELECT unit, {_TIMES} FROM month_active a WHERE solved GROUP BY unit"  # noqa: S608
)
"""A unit's own cases are the same below every unit that is above it."""
_TREND = text(
    f"{_UNDER}, months AS (SELECT h.head, m AS month FROM (SELECT DISTINCT head FROM tree) h"  # noqa: S608
    " CROSS JOIN generate_series(0, :last) m),"
    " sums AS (SELECT t.head, c.month, sum(c.opened) AS opened, sum(c.balance) AS balance,"
    " sum(c.solved) AS solved, sum(c.in_time) AS in_time FROM month_trend c JOIN tree t ON t.unit = c.unit"
    " GROUP BY t.head, c.month)"
    " SELECT head, month, CAST(coalesce(opened, 0) AS bigint) AS opened,"
    " CAST(coalesce(solved, 0) AS bigint) AS solved, CAST(coalesce(in_time, 0) AS bigint) AS in_time,"
    " CAST(coalesce(sum(balance) OVER (PARTITION BY head ORDER BY month), 0) AS bigint) AS open"
    " FROM months LEFT JOIN sums USING (head, month) ORDER BY head, month"
)
_RATED = text(
    f"{_UNDER} SELECT t.head, count(*) AS given, CAST(avg(r.score) AS double precision) AS mean"  # noqa: S608
    " FROM ratings r JOIN month_cases c ON c.id = r.case_id JOIN tree t ON t.unit = c.unit"
    " WHERE r.at >= :since AND r.at < :until GROUP BY t.head"
)
_UNITS = 0b0111
_LEVELS = {0b1111: "total", _UNITS: "units", 0b1011: "topics", 0b1101: "channels", 0b1110: "districts"}
"""What a row is about, by the bits of what it sums over: unit, topic, channel, district."""
Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A report's months by their ends, oldest first: aware times, one more than there are months."""

    bounds: Sequence[datetime]


def _nothing() -> Figures:
    parts: Figures = {name: [] for name in _LEVELS.values()}
    parts["ratings"] = {"given": 0, "mean": None}
    return parts | {"total": dict.fromkeys((*_SUMS, "open"), 0) | {"median": None, "p90": None}}


class MonthRepository:
    """Counts months."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def has_cases(self, until: datetime) -> bool:
        """Whether any case was opened before an aware time."""
        found = self._session.execute(
            text("SELECT EXISTS (SELECT FROM cases WHERE opened_at < :until)"), {"until": until}
        )
        return bool(found.scalar())

    def figures(self, span: Span) -> dict[str | None, Figures]:
        """The figures of the span's last month by unit, None for the city; units without a case are left out,
        the city is not.

        Each has `total`, the lists `units`, `topics`, `channels` and `districts` (`code` None where that is
        not known), ordered by how many cases were opened, `ratings` (how many marks citizens gave in the
        month, and their mean), and `trend`, a row for each month of the span, oldest first. Times (`median`,
        `p90`) are seconds from opening to closing.
        """
        make_month_tables(self._session, span.bounds[-2], span.bounds[-1])
        self._session.execute(text("DROP TABLE IF EXISTS month_cells"))
        self._session.execute(_CELLS)
        found = self._counted()
        self._add_ratings(found, span)
        trends = self._trends(span)
        return {
            None if head == CITY else head: {**parts, "trend": trends[head]} for head, parts in found.items()
        }

    def _counted(self) -> dict[str, Figures]:
        given = {"city": CITY}
        timed = self._session.execute(_TIMED, given)
        times = {(row.head, row.level, row.value): row.times for row in timed}
        own = {row.unit: row.times for row in self._session.execute(_TIMED_UNITS)}
        found: dict[str, Figures] = defaultdict(_nothing)
        found[CITY] = _nothing()
        for row in self._session.execute(_COUNTED, given):
            of_row = own.get(row.value) if row.level == _UNITS else times.get(tuple(row)[:3])
            median, p90 = of_row or (None, None)
            counts = {name: getattr(row, name) for name in (*_SUMS, "open")}
            values = {**counts, "median": median, "p90": p90}
            if (part := _LEVELS[row.level]) == "total":
                found[row.head][part] = values
            else:
                found[row.head][part].append({"code": row.value, **values})
        for parts in found.values():
            for name in ("units", "topics", "channels", "districts"):
                parts[name].sort(key=lambda r: (-r["opened"], -r["open"], r["code"] or "~"))
        return found

    def _add_ratings(self, found: dict[str, Figures], span: Span) -> None:
        since, until = span.bounds[-2:]
        for row in self._session.execute(_RATED, {"city": CITY, "since": since, "until": until}):
            if row.head in found:  # a unit that had no case in the month has no report
                found[row.head]["ratings"] = {"given": row.given, "mean": row.mean}

    def _trends(self, span: Span) -> dict[str, list[Figures]]:
        make_trend_table(self._session, span.bounds)
        given = {"city": CITY, "last": len(span.bounds) - 1}
        found: dict[str, list[Figures]] = defaultdict(list)
        for row in self._session.execute(_TREND, given):
            if row.month:  # what was before the span is in the sums of what is open
                found[row.head].append({n: getattr(row, n) for n in ("opened", "solved", "in_time", "open")})
        return found
