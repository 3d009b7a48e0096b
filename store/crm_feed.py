"""The event feed for outside CRMs: history in an order that no late transaction can slip behind.

Keys of history are drawn before their transactions commit, so a smaller one may appear after a larger one was
read, and a cursor on them would skip it. Therefore one publisher at a time gives what it sees a position of
its own; what commits later gets a later one. How far back it must look is known from the transactions that
held the lock every writer of history takes before it draws a key: once those are over, whatever they drew is
there or never will be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.crm import TOLD_AS
from domain.vocabulary import CrmEventType
from store.models import CaseEvent, CrmEvent, CrmFeed

_ONLY = 1
_WRITERS = (
    "FROM pg_locks WHERE locktype = 'relation' AND relation = 'case_events'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
)
_FEED = text("SELECT floor, mark, holders FROM crm_feed WHERE id = 1 FOR UPDATE SKIP LOCKED")
_SETTLED = text(f"SELECT NOT EXISTS (SELECT {_WRITERS} AND virtualtransaction = ANY(:holders))")
_PUBLISH = text(
    "WITH added AS (INSERT INTO crm_events (event_id, case_id, published_at, type)"
    " SELECT e.id, e.case_id, :now, CASE WHEN e.detail->>'to' = ANY(:states) AND e.kind = 'state_changed'"
    " THEN e.detail->>'to' ELSE told.type END"
    " FROM case_events e JOIN unnest(CAST(:kinds AS text[]), CAST(:types AS text[])) AS told(kind, type)"
    " ON told.kind = e.kind"
    " WHERE e.id > :floor AND NOT EXISTS (SELECT FROM crm_events p WHERE p.event_id = e.id)"
    " ORDER BY e.id LIMIT :limit RETURNING event_id)"
    " SELECT count(*) AS events, max(event_id) AS last FROM added"
)
_SETTLE = text(
    "UPDATE crm_feed SET floor = :floor, mark = :mark,"  # noqa: S608
    f" holders = ARRAY(SELECT DISTINCT virtualtransaction {_WRITERS}) WHERE id = 1"
)
# The oldest up to the first that has to stay. What lies above the floor stays: it would be published again.
_PASSED = text(
    "WITH oldest AS (SELECT position,"
    "  published_at < :before AND event_id <= :floor AND position <= :upto AS goes"
    "  FROM crm_events WHERE position > :pruned ORDER BY position LIMIT :limit)"
    " SELECT count(*) AS events, max(position) AS last FROM oldest"
    " WHERE position < coalesce((SELECT min(position) FROM oldest WHERE NOT goes), :upto + 1)"
)
_PRUNE = text(
    "DELETE FROM crm_events e WHERE position <= :pruned"
    " AND NOT EXISTS (SELECT FROM crm_set_aside a WHERE a.position = e.position)"
)
_TO_PRUNE = text("SELECT floor, pruned FROM crm_feed WHERE id = 1 FOR UPDATE")
_HAD_BY_ALL = text("SELECT min(cursor) FROM crm_subscribers WHERE url IS NOT NULL")
_PRUNED = "SELECT pruned FROM crm_feed WHERE id = 1"
_STATES = [CrmEventType.IN_REVIEW, CrmEventType.ASSIGNED, CrmEventType.RESOLVED, CrmEventType.REJECTED]
_STATES += [CrmEventType.REOPENED]
_CASE = (  # the number at another body outlives an erasure, for that body's next list alone
    "c.number, c.state, c.kind, c.topic, c.unit, c.district, c.priority, c.confidentiality, c.channel,"
    " CASE WHEN c.anonymised_at IS NULL THEN c.external_reference END AS external_reference,"
    " c.opened_at, c.promised_at, c.legal_due_at, c.due_at, c.closed_at, c.paused_at,"
    " target.number AS merged_into"
)
_TARGET = "LEFT JOIN cases target ON target.id = c.merged_into"
_ONE = text(f"SELECT {_CASE} FROM cases c {_TARGET} WHERE c.number = :number")  # noqa: S608
_REACHED = text(
    "SELECT max(position) FROM"
    " (SELECT position FROM crm_events WHERE position > :cursor ORDER BY position LIMIT :window) AS seen"
)
_READ = (
    f"SELECT p.position, p.event_id, p.case_id, p.type, e.at, e.detail, {_CASE} FROM crm_events p"  # noqa: S608
    f" JOIN case_events e ON e.id = p.event_id JOIN cases c ON c.id = p.case_id {_TARGET}"
)
_EVENTS = text(
    f"{_READ} WHERE p.position > :cursor AND p.position <= :reached"
    " AND (cardinality(CAST(:types AS text[])) = 0 OR p.type = ANY(:types)) ORDER BY p.position LIMIT :limit"
)
_AT = text(f"{_READ} WHERE p.position = ANY(:positions) ORDER BY p.position")


@dataclass(frozen=True, kw_only=True)
class FeedCase:
    """A case as far as an outside CRM may know one, as it stands; datetimes are UTC."""

    number: str
    state: str
    kind: str
    topic: str | None
    unit: str
    district: str | None
    priority: str
    confidentiality: str
    channel: str
    external_reference: str | None
    opened_at: datetime
    promised_at: datetime
    legal_due_at: datetime
    due_at: datetime
    closed_at: datetime | None
    paused_at: datetime | None
    merged_into: str | None


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """A published line of history with the case it belongs to; `detail` is what history holds of it."""

    position: int
    event_id: int
    case_id: int
    type: str
    at: datetime
    detail: dict[str, Any]
    case: FeedCase


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """Some events, and up to which position nothing was left out: the next page goes on there."""

    events: Sequence[FeedEvent]
    reached: int


class CrmFeedRepository:
    """Publishes history, and reads what is published."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, *, with_history: bool) -> bool:
        """Publish from now on, or all history too; whether it had not begun before."""
        floor = 0 if with_history else self._session.scalar(select(func.max(col(CaseEvent.id)))) or 0
        row = insert(CrmFeed).values(id=_ONLY, floor=floor, mark=floor, holders=[])
        added = self._session.execute(row.on_conflict_do_nothing().returning(col(CrmFeed.id)))
        return added.first() is not None

    def publish(self, limit: int, now: datetime) -> int:
        """Publish some of what is new, oldest first; returns how much that was. Nothing where nobody
        subscribed yet, or where somebody else is publishing."""
        feed = self._session.execute(_FEED).one_or_none()
        if feed is None:
            return 0
        # Asked before what is published is read: what was committed by then is seen.
        settled = self._session.scalar(_SETTLED, {"holders": feed.holders})
        told = {"kinds": list(TOLD_AS), "types": list(TOLD_AS.values()), "states": _STATES}
        added = self._session.execute(
            _PUBLISH, told | {"floor": feed.floor, "limit": limit, "now": now}
        ).one()
        if settled:
            # In order of keys: of what lies below the last one nothing is left but what is not there yet.
            floor = feed.mark if added.events < limit else max(feed.floor, min(feed.mark, added.last))
            self._settle(feed, floor)
        return int(added.events)

    def _settle(self, feed: Row[Any], floor: int) -> None:
        if floor < feed.mark:
            self._session.execute(update(CrmFeed).values(floor=floor))
            return
        newest = self._session.scalar(select(func.max(col(CaseEvent.id)))) or 0
        if (floor, newest) != (feed.floor, feed.mark):
            self._session.execute(_SETTLE, {"floor": floor, "mark": newest})

    def newest(self) -> int:
        """The last position there is, 0 for none."""
        return self._session.scalar(select(func.max(col(CrmEvent.position)))) or 0

    def prune(self, before: datetime, limit: int) -> int:
        """Take away some of what was published before then and every subscriber that is posted to has had;
        returns how much of it is settled. What one refused stays until that one got it, and the newest event
        stays for ever: it tells where the feed stands."""
        feed = self._session.execute(_TO_PRUNE).one_or_none()
        if feed is None:
            return 0
        had = self._session.scalar(_HAD_BY_ALL)
        newest = self.newest()
        upto = newest - 1 if had is None else min(had, newest - 1)
        given = {"before": before, "floor": feed.floor, "upto": upto, "pruned": feed.pruned, "limit": limit}
        passed = self._session.execute(_PASSED, given).one()
        pruned = passed.last or feed.pruned
        self._session.execute(update(CrmFeed).values(pruned=pruned))
        self._session.execute(_PRUNE, {"pruned": pruned})
        return int(passed.events)

    def pruned(self) -> int:
        """Up to which position events are no longer kept."""
        return self._session.scalar(text(_PRUNED)) or 0

    def hold(self) -> int:
        """The same, and nothing more is taken away until the transaction ends."""
        return self._session.scalar(text(f"{_PRUNED} FOR SHARE")) or 0

    def page(self, cursor: int, types: Sequence[str], *, limit: int, window: int) -> FeedPage:
        """The events that follow a position, of some types or of all; at most `window` are looked at."""
        # First up to where: what is published between two looks must not be passed over.
        reached = self._session.scalar(_REACHED, {"cursor": cursor, "window": window})
        if reached is None:
            return FeedPage(events=(), reached=cursor)
        given = {"cursor": cursor, "reached": reached, "types": list(types), "limit": limit}
        events = self._events(_EVENTS, given)
        return FeedPage(events=events, reached=events[-1].position if len(events) == limit else reached)

    def at(self, positions: Sequence[int]) -> list[FeedEvent]:
        """The events at these positions, in order."""
        return self._events(_AT, {"positions": list(positions)})

    def case(self, number: str) -> FeedCase | None:
        """The case with this application number, or None."""
        row = self._session.execute(_ONE, {"number": number}).one_or_none()
        return FeedCase(**row._mapping) if row else None

    def _events(self, statement: Any, given: dict[str, Any]) -> list[FeedEvent]:
        return [_event(row) for row in self._session.execute(statement, given)]


_CASE_FIELDS = tuple(FeedCase.__dataclass_fields__)
_OWN_FIELDS = ("position", "event_id", "case_id", "type", "at", "detail")


def _event(row: Any) -> FeedEvent:
    case = FeedCase(**{name: getattr(row, name) for name in _CASE_FIELDS})
    return FeedEvent(case=case, **{name: getattr(row, name) for name in _OWN_FIELDS})
