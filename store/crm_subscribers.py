"""Outside CRMs: who subscribes, who is served next and by whom, and what was set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlmodel import Session, col

from store.models import CrmSetAside, CrmSubscriber

_HAS_WORK = (
    "(s.cursor < (SELECT max(position) FROM crm_events) OR EXISTS"
    " (SELECT FROM crm_set_aside a WHERE a.subscriber_id = s.id AND a.next_try_at <= :now))"
)
_DUE = (
    f"FROM crm_subscribers s WHERE s.active AND s.url IS NOT NULL AND s.next_try_at <= :now AND {_HAS_WORK}"
)
_HAS_DUE = text(f"SELECT EXISTS (SELECT {_DUE})")
_CLAIM = text(
    "UPDATE crm_subscribers SET next_try_at = :until, fence = fence + 1"  # noqa: S608
    f" WHERE id = (SELECT s.id {_DUE} ORDER BY s.next_try_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)"
    " RETURNING id"
)
_FIRST_OF_EACH_CASE = (
    "NOT EXISTS (SELECT FROM crm_set_aside b WHERE b.subscriber_id = crm_set_aside.subscriber_id"
    " AND b.case_id = crm_set_aside.case_id AND b.position < crm_set_aside.position)"
)
_RELEASE = text(
    "UPDATE crm_set_aside SET next_try_at = :now, attempts = 0"  # noqa: S608
    f" WHERE subscriber_id = :subscriber_id AND {_FIRST_OF_EACH_CASE}"
)
_BACKLOG = text("SELECT count(*) FROM crm_events WHERE position > :cursor")
_NEXT_OF_CASE = text(
    "UPDATE crm_set_aside SET next_try_at = :now WHERE subscriber_id = :subscriber_id AND position ="
    " (SELECT min(position) FROM crm_set_aside WHERE subscriber_id = :subscriber_id AND case_id = :case_id)"
)


@dataclass(frozen=True, kw_only=True)
class InHand:
    """A subscriber that is being served, by whoever holds this `fence`."""

    id: int
    fence: int


class CrmSubscriberRepository:
    """Subscribers by name, token and turn."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, subscriber: CrmSubscriber) -> CrmSubscriber:
        """Keep a new one; it has its key then."""
        self._session.add(subscriber)
        self._session.flush()
        return subscriber

    def all(self) -> list[CrmSubscriber]:
        """All of them by name."""
        return list(self._session.scalars(select(CrmSubscriber).order_by(col(CrmSubscriber.name))))

    def get(self, subscriber_id: int) -> CrmSubscriber | None:
        """The subscriber, or None."""
        return self._session.get(CrmSubscriber, subscriber_id)

    def named(self, name: str) -> CrmSubscriber | None:
        """The one of this name, or None."""
        return self._session.scalars(select(CrmSubscriber).where(col(CrmSubscriber.name) == name)).first()

    def by_token(self, token_hash: str) -> CrmSubscriber | None:
        """Whose token has this SHA-256, or None."""
        mine = col(CrmSubscriber.token_hash) == token_hash
        return self._session.scalars(select(CrmSubscriber).where(mine)).first()

    def change(self, subscriber_id: int, **values: Any) -> None:
        """Set columns, and take the subscriber out of whoever's hand it is in."""
        mine = update(CrmSubscriber).where(col(CrmSubscriber.id) == subscriber_id)
        self._session.execute(mine.values(fence=col(CrmSubscriber.fence) + 1, **values))

    def reseal(self, subscriber_id: int, before: str, after: str) -> bool:
        """Store the same secrets under another key, unless they were changed meanwhile; says whether."""
        same = col(CrmSubscriber.id) == subscriber_id, col(CrmSubscriber.secrets) == before
        changed = self._session.execute(update(CrmSubscriber).where(*same).values(secrets=after))
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    def has_due(self, now: datetime) -> bool:
        """Whether there is something to deliver that may be tried now."""
        return bool(self._session.scalar(_HAS_DUE, {"now": now}))

    def claim(self, now: datetime, until: datetime) -> CrmSubscriber | None:
        """Whom to serve now, who waits longest first; nobody else gets it before `until`, unless it is given
        back. None where nobody has anything to get."""
        claimed = self._session.execute(_CLAIM, {"now": now, "until": until}).one_or_none()
        return self._session.get(CrmSubscriber, claimed.id, populate_existing=True) if claimed else None

    def progress(self, mine: InHand, **values: Any) -> bool:
        """Set columns while the subscriber is still in this hand; whether it was."""
        held = col(CrmSubscriber.id) == mine.id, col(CrmSubscriber.fence) == mine.fence
        changed = self._session.execute(update(CrmSubscriber).where(*held).values(**values))
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    def backlog(self, cursor: int) -> int:
        """How many events follow a position."""
        return self._session.scalar(_BACKLOG, {"cursor": cursor}) or 0

    def under_way(self, subscriber_id: int) -> set[int]:
        """The cases of which something was set aside: what follows must not overtake it."""
        mine = col(CrmSetAside.subscriber_id) == subscriber_id
        return set(self._session.scalars(select(col(CrmSetAside.case_id)).where(mine).distinct()))

    def set_aside(self, row: CrmSetAside) -> None:
        """Keep an event for later."""
        self._session.add(row)
        self._session.flush()

    def due_aside(self, subscriber_id: int, now: datetime, limit: int) -> list[CrmSetAside]:
        """What was set aside and may be tried again, one a case at most."""
        statement = select(CrmSetAside).where(
            col(CrmSetAside.subscriber_id) == subscriber_id, col(CrmSetAside.next_try_at) <= now
        )
        return list(self._session.scalars(statement.order_by(col(CrmSetAside.next_try_at)).limit(limit)))

    def aside(self, subscriber_id: int, limit: int) -> Sequence[CrmSetAside]:
        """What is set aside, oldest first."""
        statement = select(CrmSetAside).where(col(CrmSetAside.subscriber_id) == subscriber_id)
        return self._session.scalars(statement.order_by(col(CrmSetAside.position)).limit(limit)).all()

    def count_aside(self, subscriber_id: int) -> int:
        """How many events are set aside."""
        mine = col(CrmSetAside.subscriber_id) == subscriber_id
        return self._session.scalar(select(func.count()).select_from(CrmSetAside).where(mine)) or 0

    def delivered_aside(self, row: CrmSetAside, now: datetime) -> None:
        """One that was set aside got through after all: the next of its case may be tried."""
        self._session.execute(delete(CrmSetAside).where(*_same(row)))
        given = {"subscriber_id": row.subscriber_id, "case_id": row.case_id, "now": now}
        self._session.execute(_NEXT_OF_CASE, given)

    def refused_aside(
        self, row: CrmSetAside, attempts: int, next_try_at: datetime | None, error: str | None
    ) -> None:
        """One that was set aside was refused again; None where that was often enough."""
        values = {"attempts": attempts, "next_try_at": next_try_at, "error": error}
        self._session.execute(update(CrmSetAside).where(*_same(row)).values(**values))

    def release_aside(self, subscriber_id: int, now: datetime) -> None:
        """Let everything that was set aside be tried anew, in the order of each case."""
        self._session.execute(_RELEASE, {"subscriber_id": subscriber_id, "now": now})

    def forget_aside(self, subscriber_id: int, after: int) -> None:
        """Drop what was set aside of the positions that follow: they will be delivered anew."""
        mine = col(CrmSetAside.subscriber_id) == subscriber_id, col(CrmSetAside.position) > after
        self._session.execute(delete(CrmSetAside).where(*mine))


def _same(row: CrmSetAside) -> tuple[Any, Any]:
    return (
        col(CrmSetAside.subscriber_id) == row.subscriber_id,
        col(CrmSetAside.position) == row.position,
    )
