"""Units and topics as operators may edit them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.decisions import ResolutionTime, Topic, Unit
from domain.vocabulary import CaseKind, Confidentiality, Priority
from store.models import TopicRow, UnitRow


class TaxonomyRepository:
    """The units and topics in force."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seed(self, units: Iterable[Unit], topics: Iterable[Topic]) -> None:
        """Add those that are missing; what an operator edited stays as it is."""
        for unit in _parents_first(units):
            self._session.execute(
                insert(UnitRow)
                .on_conflict_do_nothing()
                .values(
                    code=unit.code,
                    name=unit.name,
                    external=unit.external,
                    parent=unit.parent,
                    emails=list(unit.emails),
                    phones=list(unit.phones),
                    district=unit.district,
                    working_hours=unit.working_hours,
                )
            )
        for topic in topics:
            self._session.execute(insert(TopicRow).on_conflict_do_nothing().values(_topic_row(topic)))

    def units(self) -> dict[str, Unit]:
        """Every unit by its code."""
        return {row.code: _unit(row) for row in self._session.scalars(select(UnitRow))}

    def unit(self, code: str) -> Unit | None:
        """The unit with this code, or None."""
        row = self._session.get(UnitRow, code)
        return _unit(row) if row else None

    def topic(self, code: str) -> Topic | None:
        """The topic with this code, or None."""
        row = self._session.get(TopicRow, code)
        return _topic(row) if row else None

    def topics(self) -> dict[str, Topic]:
        """Every topic by its code, in a fixed order."""
        rows = self._session.scalars(select(TopicRow).order_by(col(TopicRow.code)))
        return {row.code: _topic(row) for row in rows}


def _parents_first(units: Iterable[Unit]) -> list[Unit]:
    waiting = {unit.code: unit for unit in units}
    ordered: list[Unit] = []
    while waiting:
        ready = [u for u in waiting.values() if u.parent not in waiting]
        ordered += ready or list(waiting.values())
        for unit in ready or list(waiting.values()):
            del waiting[unit.code]
    return ordered


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
    )
