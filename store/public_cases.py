"""Cases as anybody may see them (Open311): what, where about, whose work, how it stands. Never a word of a
citizen's, and nothing at all of a case that is not public."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, case, cast, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from domain.vocabulary import Confidentiality
from store.models import Case, CaseEvent, Message, TopicRow, UnitRow
from store.models.columns import text_in
from store.status import SHOWN, stands_for

_FIRST_PIECE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class PublicCase:
    """One public case. `topic` is a code; coordinates are exact here, whoever shows them rounds them."""

    number: str
    state: str
    topic: str
    topic_name: str
    unit: str
    district: str | None
    neighbourhood: str | None
    latitude: float | None
    longitude: float | None
    opened_at: datetime
    promised_at: datetime
    closed_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PublicEvent:
    """One line of a public case's history. `external_id` is that of the message it speaks of."""

    id: int
    number: str
    kind: str
    at: datetime
    state: str
    to: str | None
    unit: str | None
    external_id: str | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases are asked for; empty means all. Datetimes are aware; `until` and `before` are excluded."""

    numbers: Sequence[str] = ()
    topics: Sequence[str] = ()
    states: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    limit: int = 1000
    offset: int = field(default=0)


class PublicCaseRepository:
    """Answers Open311."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, wanted: Wanted) -> list[PublicCase]:
        """The cases, the newest first. One that was merged stands where the other does."""
        force = aliased(Case)
        statement = (
            select(
                col(Case.number),
                col(force.state),
                col(TopicRow.code).label("topic"),
                col(TopicRow.name).label("topic_name"),
                col(UnitRow.name).label("unit"),
                col(Case.district),
                col(Case.neighbourhood),
                _coordinate("latitude"),
                _coordinate("longitude"),
                col(Case.opened_at),
                col(force.promised_at),
                col(force.closed_at),
                _updated_at(),
            )
            .join(force, stands_for(force))
            .join(TopicRow, col(TopicRow.code) == col(Case.topic))
            .join(UnitRow, col(UnitRow.code) == col(force.unit))
            .where(*_public(force), *_asked(wanted, force))
            .order_by(col(Case.opened_at).desc(), col(Case.id).desc())
        )
        rows = self._session.execute(statement.limit(wanted.limit).offset(wanted.offset))
        return [PublicCase(**row._mapping) for row in rows]

    def events(self, since: datetime, until: datetime, limit: int) -> list[PublicEvent]:
        """What happened to public cases in that time, oldest first.

        The time is looked at in growing pieces: months of events are not sorted for the first few.
        """
        found: list[PublicEvent] = []
        piece = _FIRST_PIECE
        while since < until and len(found) < limit:
            end = since + min(piece, until - since)
            found += self._events(since, end, limit - len(found))
            since, piece = end, piece * 2
        return found

    def _events(self, since: datetime, until: datetime, limit: int) -> list[PublicEvent]:
        message = cast(text_in(CaseEvent.detail, "message"), BigInteger)
        force = aliased(Case)
        rows = self._session.execute(
            select(
                col(CaseEvent.id),
                col(Case.number),
                col(CaseEvent.kind),
                col(CaseEvent.at),
                col(force.state),
                text_in(CaseEvent.detail, "to").label("to"),
                col(UnitRow.name).label("unit"),
                col(Message.external_id),
            )
            .join(Case, col(Case.id) == col(CaseEvent.case_id))
            .join(force, stands_for(force))
            .join(TopicRow, col(TopicRow.code) == col(Case.topic))
            .outerjoin(UnitRow, col(UnitRow.code) == text_in(CaseEvent.detail, "unit"))
            .outerjoin(Message, col(Message.id) == message)
            .where(*_public(force), col(CaseEvent.kind).in_(SHOWN))
            .where(col(CaseEvent.at) >= since, col(CaseEvent.at) < until)
            .order_by(col(CaseEvent.at), col(CaseEvent.id))
            .limit(limit)
        )
        return [PublicEvent(**row._mapping) for row in rows]


def _public(force: type[Case]) -> list[ColumnElement[bool]]:
    public = Confidentiality.PUBLIC
    return [col(each.confidentiality) == public for each in (Case, force, TopicRow)]


def _asked(wanted: Wanted, force: type[Case]) -> list[ColumnElement[bool]]:
    lists = ((Case.number, wanted.numbers), (Case.topic, wanted.topics), (force.state, wanted.states))
    asked: list[ColumnElement[bool]] = [col(column).in_(values) for column, values in lists if values]
    if wanted.since:
        asked.append(col(Case.opened_at) >= wanted.since)
    if wanted.until:
        asked.append(col(Case.opened_at) < wanted.until)
    if wanted.updated_after:
        asked.append(exists().where(*_event(), col(CaseEvent.at) >= wanted.updated_after))
    if wanted.updated_before:
        asked.append(~exists().where(*_event(), col(CaseEvent.at) >= wanted.updated_before))
    return asked


def _event() -> list[ColumnElement[bool]]:
    return [col(CaseEvent.case_id) == col(Case.id), col(CaseEvent.kind).in_(SHOWN)]


def _updated_at() -> ColumnElement[datetime]:
    newest = select(func.max(col(CaseEvent.at))).where(*_event()).correlate(Case)
    return newest.scalar_subquery().label("updated_at")


def _coordinate(name: str) -> ColumnElement[Any]:
    # Where a photo was taken was told to the desk by a camera, not to everybody by its citizen.
    by_photo = exists().where(
        col(Message.case_id) == col(Case.id), text_in(Message.headers, "place_source").is_not(None)
    )
    return case((by_photo, None), else_=cast(text_in(Case.place, name), Float)).label(name)
