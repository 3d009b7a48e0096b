"""How each direction of each account is doing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.text import storable
from domain.vocabulary import Direction, HealthState
from store.models import AccountHealth

DOWN_AFTER = 3
"""So many failures in a row make a degraded account a down one."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """An account's turn for the worse or back to good, to be told once."""

    account_id: int
    direction: Direction
    before: HealthState
    after: HealthState
    cause: str | None


class HealthRepository:
    """Health rows, written by whoever tried to reach the account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def succeeded(
        self,
        account_id: int,
        direction: Direction,
        now: datetime,
        *,
        messages: int,
        backlog: int | None = None,
    ) -> Change | None:
        """Record that the account works; the change when it did not before."""
        row = self._row(account_id, direction)
        before = HealthState(row.state)
        row.state, row.cause, row.failures, row.not_before = HealthState.OK, None, 0, None
        row.last_attempt_at = row.last_success_at = now
        row.backlog = backlog
        if messages:
            row.last_message_at = now
        return self._told(row, before, now)

    def failed(
        self,
        account_id: int,
        direction: Direction,
        now: datetime,
        *,
        cause: str,
        permanent: bool,
        not_before: datetime | None,
        messages: int = 0,
    ) -> Change | None:
        """Record a failure and until when nobody should try again; the change when it is news."""
        row = self._row(account_id, direction)
        before = HealthState(row.state)
        row.failures += 1
        row.state = HealthState.DOWN if permanent or row.failures >= DOWN_AFTER else HealthState.DEGRADED
        row.cause, row.last_attempt_at, row.not_before = storable(cause), now, not_before
        if messages:
            row.last_message_at = now
        return self._told(row, before, now)

    def forgive(self, account_id: int) -> None:
        """Let the account be tried at once, whatever it failed with before."""
        self._session.execute(
            update(AccountHealth).where(col(AccountHealth.account_id) == account_id).values(not_before=None)
        )

    def _told(self, row: AccountHealth, before: HealthState, now: datetime) -> Change | None:
        after = HealthState(row.state)
        if after is before:
            return None
        row.alerted_at = now if after is not HealthState.OK else None
        return Change(
            account_id=row.account_id,
            direction=Direction(row.direction),
            before=before,
            after=after,
            cause=row.cause,
        )

    def _row(self, account_id: int, direction: Direction) -> AccountHealth:
        # Several workers may get here first at the same time.
        fresh = insert(AccountHealth).values(
            account_id=account_id, direction=direction, state=HealthState.OK, failures=0
        )
        self._session.execute(fresh.on_conflict_do_nothing())
        statement = select(AccountHealth).where(
            col(AccountHealth.account_id) == account_id, col(AccountHealth.direction) == direction
        )
        return self._session.scalars(statement.with_for_update()).one()

    def all(self) -> list[AccountHealth]:
        """Every health row."""
        return list(self._session.scalars(select(AccountHealth).order_by(col(AccountHealth.account_id))))

    def get(self, account_id: int, direction: Direction) -> AccountHealth | None:
        """One direction's row, or None before its first attempt."""
        return self._session.get(AccountHealth, (account_id, direction))
