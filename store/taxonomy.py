"""Units, topics and routing rules as operators may edit them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import Session, col

from config.rules import rule_or_fault
from domain.cases import CLOSED
from domain.decisions import ResolutionTime, Topic, Unit
from domain.rules import RoutingRule
from domain.vocabulary import CaseKind, Confidentiality, MailRhythm, Priority
from store.models import Case, RoutingRuleRow, TopicRow, UnitRow


class TaxonomyRepository:
    """The units, topics and rules in force."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seed(self, units: Iterable[Unit], topics: Iterable[Topic], rules: Iterable[RoutingRule] = ()) -> None:
        """Add those that are missing; what an operator edited stays as it is."""
        self._add(insert(UnitRow).on_conflict_do_nothing(), map(_unit_row, _parents_first(units)))
        self._add(_topic_added(), map(_topic_row, topics))
        self._add(insert(RoutingRuleRow).on_conflict_do_nothing(), map(_rule_row, rules))

    def _add(self, statement: Insert, rows: Iterable[dict[str, object]]) -> None:
        if given := list(rows):
            self._session.execute(statement, given)

    def units(self) -> dict[str, Unit]:
        """Every unit by its code."""
        return {row.code: _unit(row) for row in self._session.scalars(select(UnitRow))}

    def unit(self, code: str) -> Unit | None:
        """The unit with this code, or None."""
        row = self._session.get(UnitRow, code)
        return _unit(row) if row else None

    def change_unit(self, code: str, columns: Mapping[str, object]) -> None:
        """Give a unit these columns, if there are any."""
        if columns:
            self._session.execute(update(UnitRow).where(col(UnitRow.code) == code).values(**columns))
            self._session.expire_all()

    def topic(self, code: str) -> Topic | None:
        """The topic with this code, or None."""
        row = self._session.get(TopicRow, code)
        return _topic(row) if row else None

    def topics(self) -> dict[str, Topic]:
        """Every topic by its code, in a fixed order."""
        rows = self._session.scalars(select(TopicRow).order_by(col(TopicRow.code)))
        return {row.code: _topic(row) for row in rows}

    def keep_days(self, code: str, days: int | None) -> bool:
        """Set for how many days a topic's closed cases are kept, None without an end; False for no topic."""
        kept = update(TopicRow).where(col(TopicRow.code) == code).values(retention_days=days)
        return bool(self._session.execute(kept).rowcount)  # type: ignore[attr-defined]

    def rules(self) -> tuple[RoutingRule, ...]:
        """The enabled rules; one that cannot be understood carries its fault."""
        columns = [c for c in RoutingRuleRow.__table__.c if c.name != "enabled"]  # type: ignore[attr-defined]
        rows = self._session.execute(
            select(*columns).where(col(RoutingRuleRow.enabled)).order_by(col(RoutingRuleRow.code))
        )
        entries = [dict(row._mapping) for row in rows]
        return tuple(rule_or_fault(entry.pop("code"), entry) for entry in entries)

    def open_cases(self, units: Collection[str]) -> dict[str, int]:
        """How many cases that are not closed each of these units has; those without any are left out."""
        if not units:
            return {}
        rows = self._session.execute(
            select(col(Case.unit), func.count().label("cases"))
            .where(col(Case.unit).in_(units), col(Case.state).not_in(CLOSED))
            .group_by(col(Case.unit))
        )
        return {row.unit: row.cases for row in rows}


def _rule_row(rule: RoutingRule) -> dict[str, object]:
    values = {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(rule).items() if n != "fault"}
    return values | {"enabled": True}


def _topic_added() -> Insert:
    """What was never filled in, since the row is older than the column, is taken from the shipped topic."""
    added = insert(TopicRow)
    fresh = {
        name: func.coalesce(col(getattr(TopicRow, name)), added.excluded[name])
        for name in ("answer", "contact")
    }
    return added.on_conflict_do_update(index_elements=["code"], set_=fresh)


def _parents_first(units: Iterable[Unit]) -> list[Unit]:
    waiting = {unit.code: unit for unit in units}
    ordered: list[Unit] = []
    while waiting:
        ready = [u for u in waiting.values() if u.parent not in waiting]
        ordered += ready or list(waiting.values())
        for unit in ready or list(waiting.values()):
            del waiting[unit.code]
    return ordered


def _unit_row(unit: Unit) -> dict[str, object]:
    return {
        "code": unit.code,
        "name": unit.name,
        "external": unit.external,
        "parent": unit.parent,
        "emails": list(unit.emails),
        "phones": list(unit.phones),
        "district": unit.district,
        "working_hours": unit.working_hours,
        "capacity": unit.capacity,
        "rhythm": unit.rhythm,
        "digest_hour": unit.digest_hour,
        "asks_acceptance": unit.asks_acceptance,
    }


def _topic_row(topic: Topic) -> dict[str, object]:
    return {
        "code": topic.code,
        "name": topic.name,
        "unit": topic.unit,
        "hours": topic.resolution_time.hours,
        "working_days": topic.resolution_time.working_days,
        "words": dict(topic.words),
        "priority": topic.priority,
        "confidentiality": topic.confidentiality,
        "kinds": list(topic.kinds),
        "needed": list(topic.needed),
        "district_fallback": topic.district_fallback,
        "units": list(topic.units),
        "answer": topic.answer,
        "contact": topic.contact,
        "retention_days": topic.retention_days,
    }


def _topic(row: TopicRow) -> Topic:
    return Topic(
        code=row.code,
        name=row.name,
        unit=row.unit,
        resolution_time=ResolutionTime(hours=row.hours, working_days=row.working_days),
        words=row.words,
        priority=Priority(row.priority),
        confidentiality=Confidentiality(row.confidentiality),
        kinds=tuple(CaseKind(kind) for kind in row.kinds),
        needed=tuple(row.needed),
        district_fallback=row.district_fallback,
        units=tuple(row.units),
        answer=row.answer,
        contact=row.contact,
        retention_days=row.retention_days,
    )


def _unit(row: UnitRow) -> Unit:
    return Unit(
        code=row.code,
        name=row.name,
        external=row.external,
        parent=row.parent,
        emails=tuple(row.emails),
        phones=tuple(row.phones),
        district=row.district,
        working_hours=row.working_hours,
        capacity=row.capacity,
        rhythm=MailRhythm(row.rhythm),
        digest_hour=row.digest_hour,
        asks_acceptance=row.asks_acceptance,
    )
