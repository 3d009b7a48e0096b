"""What providers tell by themselves: of our accounts, and of people's addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.text import storable
from domain.vocabulary import Direction, HealthState
from store.models import AccountNews, AddressMove


@dataclass(frozen=True, kw_only=True)
class Turn:
    """That one thing of an account turned for the worse or back to good, to be told once."""

    before: HealthState
    after: HealthState


class NewsRepository:
    """The latest of each thing, and every address that moved."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def told(
        self,
        account_id: int,
        subject: str,
        direction: Direction,
        state: HealthState,
        cause: str,
        at: datetime,
    ) -> Turn | None:
        """Record what is told of a thing at an aware time; how it turned, where that is news.

        Older news than what is known changes nothing, and one thing's news no other's.
        """
        subject = storable(subject)
        row = self._locked(account_id, subject, direction, at)
        if row is None or at < row.told_at:
            return None
        before = HealthState(row.state)
        row.state, row.direction, row.cause, row.told_at = state, direction, storable(cause), at
        return Turn(before=before, after=state) if before is not state else None

    def all(self) -> list[AccountNews]:
        """The latest of everything that anything was told of."""
        order = col(AccountNews.account_id), col(AccountNews.subject)
        return list(self._session.scalars(select(AccountNews).order_by(*order)))

    def move(self, account_id: int, old: str, new: str, at: datetime, now: datetime) -> bool:
        """Let a person's address be another from now on; False for what is known already, or nobody's.

        The new one becomes theirs unless it is somebody else's; the old one becomes nobody's, since numbers
        are given to others in time. What the person decided about notices goes along. The caller holds both
        keys.
        """
        known = self._session.execute(
            text("SELECT citizen_id, stopped_at FROM contacts WHERE urn = :old FOR UPDATE"), {"old": old}
        ).first()
        if known is None:
            return False
        move = insert(AddressMove).values(
            account_id=account_id, citizen_id=known.citizen_id, old=old, new=new, moved_at=at
        )
        added = self._session.execute(move.on_conflict_do_nothing().returning(col(AddressMove.id))).first()
        if added is None:
            return False
        self._session.execute(
            text(
                "INSERT INTO contacts AS known (urn, citizen_id, created_at, stopped_at)"
                " VALUES (:new, :citizen, :now, :stopped) ON CONFLICT (urn) DO UPDATE SET"
                " citizen_id = COALESCE(known.citizen_id, excluded.citizen_id),"
                " stopped_at = COALESCE(known.stopped_at, excluded.stopped_at)"
            ),
            {"new": new, "citizen": known.citizen_id, "now": now, "stopped": known.stopped_at},
        )
        self._session.execute(text("UPDATE contacts SET citizen_id = NULL WHERE urn = :old"), {"old": old})
        return True

    def moved_to(self, urns: Sequence[str]) -> dict[str, str]:
        """Where those of the addresses went that moved and have not become somebody's again."""
        statement = text(
            "SELECT DISTINCT ON (m.old) m.old, m.new FROM address_moves m JOIN contacts c ON c.urn = m.old"
            " WHERE m.old = ANY(:urns) AND c.citizen_id IS NULL ORDER BY m.old, m.moved_at DESC, m.id DESC"
        )
        return {row.old: row.new for row in self._session.execute(statement, {"urns": list(urns)})}

    def _locked(
        self, account_id: int, subject: str, direction: Direction, at: datetime
    ) -> AccountNews | None:
        fresh = insert(AccountNews).values(
            account_id=account_id,
            subject=subject,
            direction=direction,
            state=HealthState.OK,
            cause="",
            told_at=at,
        )
        self._session.execute(fresh.on_conflict_do_nothing())
        mine = col(AccountNews.account_id) == account_id, col(AccountNews.subject) == subject
        return self._session.scalars(select(AccountNews).where(*mine).with_for_update()).first()
