"""Two rows of the register that are one person: whose everything is now, and how to give it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text, update
from sqlmodel import Session, col

from store.citizens import CitizenRepository
from store.models import Case, Citizen, CitizenIdentity, CitizenMerge, Contact

_URNS = text(
    "SELECT urn FROM contacts WHERE id = ANY(:contacts) UNION"
    " SELECT m.new FROM contacts c JOIN address_moves m ON m.old = c.urn"
    " WHERE c.id = ANY(:contacts) AND m.moved_at >= :since"
)
"""The addresses, and those that they became by a provider's word since."""
_OPENED_SINCE = text(
    "SELECT c.id FROM cases c WHERE c.citizen_id = :holder AND c.opened_at >= :since"
    " AND (SELECT m.sender FROM messages m WHERE m.case_id = c.id ORDER BY m.id LIMIT 1) = ANY(:urns)"
)
_ACROSS = text(
    "SELECT c.number, t.number AS into FROM cases c JOIN cases t ON t.id = c.merged_into"
    " WHERE c.citizen_id = ANY(:both) AND t.citizen_id = ANY(:both) AND c.citizen_id <> t.citizen_id LIMIT 1"
)


class MergeRepository:
    """Moves what is one person's to another, in the transaction of whoever decided so."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, citizen_ids: Sequence[int]) -> dict[int, Citizen]:
        """These people as they stand; until the transaction ends nobody changes them, and no message from an
        address of theirs is being registered."""
        held: set[str] = set()
        of = select(col(Contact.urn)).where(col(Contact.citizen_id).in_(citizen_ids))
        while more := set(self._session.scalars(of)) - held:
            CitizenRepository(self._session).lock_keys(sorted(more))
            held |= more
        rows = (
            select(Citizen)
            .where(col(Citizen.id).in_(citizen_ids))
            .order_by(col(Citizen.id))
            .with_for_update(key_share=True)  # new cases that refer to them need not wait
            .execution_options(populate_existing=True)
        )
        return {row.id or 0: row for row in self._session.scalars(rows)}

    def add(self, merge: CitizenMerge) -> None:
        """Keep the record of a merge."""
        self._session.add(merge)
        self._session.flush()

    def active(self, other_id: int) -> CitizenMerge | None:
        """The merge by which this person is another one's now, or None. Whoever holds the person knows that
        it stays so."""
        undone = col(CitizenMerge.undone_at).is_(None)
        mine = select(CitizenMerge).where(col(CitizenMerge.other_id) == other_id, undone)
        fresh = mine.execution_options(populate_existing=True)
        return self._session.scalars(fresh).one_or_none()

    def of(self, citizen_id: int) -> list[CitizenMerge]:
        """Every merge that a person ever had a part in, the oldest first."""
        part = or_(col(CitizenMerge.kept_id) == citizen_id, col(CitizenMerge.other_id) == citizen_id)
        return list(self._session.scalars(select(CitizenMerge).where(part).order_by(col(CitizenMerge.id))))

    def move_all(self, other: int, kept: int) -> tuple[list[int], list[int]]:
        """Give all cases and addresses of one to another; returns their keys."""
        return (self._move(Case, kept, col(Case.citizen_id) == other),
                self._move(Contact, kept, col(Contact.citizen_id) == other))  # fmt: skip

    def give_back(self, merge: CitizenMerge, holder: int) -> tuple[list[int], list[int]]:
        """Give what a merge moved, as far as it is the holder's still, back to whose it was: with the cases
        that were opened from those addresses since. Returns the keys of cases and addresses."""
        other = merge.other_id
        given = {"contacts": merge.contacts, "since": merge.at}
        urns = list(self._session.scalars(_URNS, given))
        since = self._session.scalars(_OPENED_SINCE, {"holder": holder, "since": merge.at, "urns": urns})
        cases = [*merge.cases, *since]
        theirs = col(Case.citizen_id) == holder, col(Contact.citizen_id) == holder
        return (self._move(Case, other, theirs[0], col(Case.id).in_(cases)),
                self._move(Contact, other, theirs[1], col(Contact.urn).in_(urns)))  # fmt: skip

    def move_identity(self, giver: int, taker: int) -> bool:
        """Give one's identity number to another; says whether there was one."""
        mine = update(CitizenIdentity).where(col(CitizenIdentity.citizen_id) == giver)
        moved = self._session.execute(mine.values(citizen_id=taker))
        return bool(moved.rowcount)  # type: ignore[attr-defined]

    def forget_given_identity(self, kept_id: int) -> None:
        """Record that the number of a kept person is no longer what a merge gave them."""
        mine = update(CitizenMerge).where(col(CitizenMerge.kept_id) == kept_id)
        self._session.execute(mine.values(identity_given=False))

    def merged_across(self, one: int, two: int) -> tuple[str, str] | None:
        """The numbers of a case of one that is merged into a case of the other, or None."""
        row = self._session.execute(_ACROSS, {"both": [one, two]}).first()
        return (row[0], row[1]) if row else None

    def save(self, *rows: Citizen | CitizenMerge) -> None:
        """Keep what was changed in rows that are held."""
        self._session.add_all(rows)
        self._session.flush()

    def undo(self, merge: CitizenMerge, actor: str, why: str, now: datetime) -> None:
        """Record that a merge is no more."""
        merge.undone_at, merge.undone_by, merge.undone_why = now, actor, why
        self.save(merge)

    def _move(self, model: Any, taker: int, *which: Any) -> list[int]:
        moved = update(model).where(*which).values(citizen_id=taker).returning(col(model.id))
        return sorted(self._session.scalars(moved))
