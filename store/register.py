"""Finding people in the register, and who looked: by an address, an identity number, or words of a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, text, update
from sqlmodel import Session, col

from domain.vocabulary import RegisterLook
from store.models import Case, Citizen, CitizenIdentity, CitizenLook, Contact

_BY_NAME = text(
    "SELECT id FROM citizens WHERE folded_name IS NOT NULL"
    " AND to_tsvector('simple'::regconfig, folded_name) @@ to_tsquery('simple'::regconfig, :words)"
    " LIMIT :limit"
)
"""Without an order: of a name that tens of thousands have, only as many rows are read as are shown."""
_KNOWN = tuple(
    col(getattr(Citizen, name)) for name in ("id", "name", "created_at", "merged_into", "erased_at")
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A person who was found, with addresses, oldest first, and how many cases are theirs."""

    id: int
    name: str | None
    contacts: Sequence[str]
    cases: int
    merged_into: int | None
    erased_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case of a person, as lists show it; datetimes are UTC."""

    number: str
    opened_at: datetime
    state: str
    topic: str | None
    subject: str
    confidentiality: str


class RegisterRepository:
    """Searches the register. Everything is bounded, and served by an index."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_addresses(self, urns: Sequence[str], limit: int) -> list[Found]:
        """Whoever has one of these addresses."""
        owners = select(col(Contact.citizen_id)).where(col(Contact.urn).in_(urns))
        return self._found(list(self._session.scalars(owners.limit(limit))))

    def by_identity(self, indexes: Sequence[str]) -> list[Found]:
        """Whoever has an identity number with one of these blind indexes."""
        known = select(col(CitizenIdentity.citizen_id)).where(col(CitizenIdentity.blind_index).in_(indexes))
        return self._found(list(self._session.scalars(known)))

    def by_name(self, beginnings: Sequence[str], limit: int) -> list[Found]:
        """Whose name has words that begin so, all of them; the beginnings are folded letters and digits."""
        words = " & ".join(f"{word}:*" for word in beginnings)
        return self._found(list(self._session.scalars(_BY_NAME, {"words": words, "limit": limit})))

    def by_id(self, citizen_id: int) -> Found | None:
        """The person with this key, or None."""
        found = self._found([citizen_id])
        return found[0] if found else None

    def cases(self, citizen_id: int, limit: int) -> list[CaseLine]:
        """The newest cases of a person, the newest first."""
        columns = [getattr(Case, name) for name in CaseLine.__dataclass_fields__]
        statement = select(*map(col, columns)).where(col(Case.citizen_id) == citizen_id)
        rows = self._session.execute(statement.order_by(col(Case.id).desc()).limit(limit))
        return [CaseLine(**row._mapping) for row in rows]

    def identity(self, citizen_id: int) -> CitizenIdentity | None:
        """A person's sealed identity number, or None."""
        return self._session.get(CitizenIdentity, citizen_id)

    def keep_identity(self, identity: CitizenIdentity) -> None:
        """Give a person an identity number, in place of the one they had."""
        self._session.merge(identity)
        self._session.flush()

    def identities(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(citizen, ciphertext) of the identity numbers that follow this citizen's key."""
        rows = self._session.execute(
            select(col(CitizenIdentity.citizen_id), col(CitizenIdentity.sealed))
            .where(col(CitizenIdentity.citizen_id) > after)
            .order_by(col(CitizenIdentity.citizen_id))
            .limit(limit)
        )
        return [(row.citizen_id, row.sealed) for row in rows]

    def reseal(self, citizen_id: int, sealed: str, blind_index: str) -> None:
        """Store the same identity number under another key."""
        mine = update(CitizenIdentity).where(col(CitizenIdentity.citizen_id) == citizen_id)
        self._session.execute(mine.values(sealed=sealed, blind_index=blind_index))

    def looked(
        self, look: RegisterLook, actor: str, why: str, citizens: Sequence[int], now: datetime
    ) -> None:
        """Record that somebody saw these people's data, and what for."""
        row = CitizenLook(at=now, actor=actor, look=look, why=why, citizens=list(citizens))
        self._session.add(row)
        self._session.flush()

    def looks(self, citizen_id: int, limit: int) -> list[CitizenLook]:
        """Who saw a person's data, the newest first."""
        theirs: ColumnElement[bool] = col(CitizenLook.citizens).contains([citizen_id])
        statement = select(CitizenLook).where(theirs).order_by(col(CitizenLook.id).desc()).limit(limit)
        return list(self._session.scalars(statement))

    def _found(self, ids: Sequence[int | None]) -> list[Found]:
        asked = sorted({each for each in ids if each is not None})
        people = self._session.execute(
            select(*_KNOWN).where(col(Citizen.id).in_(asked)).order_by(col(Citizen.id))
        )
        addresses = self._grouped(
            select(col(Contact.citizen_id), func.array_agg(col(Contact.urn).distinct()))
            .where(col(Contact.citizen_id).in_(asked))
            .group_by(col(Contact.citizen_id))
        )
        cases = self._grouped(
            select(col(Case.citizen_id), func.count())
            .where(col(Case.citizen_id).in_(asked))
            .group_by(col(Case.citizen_id))
        )
        return [_one(row, addresses, cases) for row in people]

    def _grouped(self, statement: Any) -> dict[int, Any]:
        return {row[0]: row[1] for row in self._session.execute(statement)}


def _one(row: Row[Any], addresses: dict[int, Any], cases: dict[int, Any]) -> Found:
    return Found(**row._mapping, contacts=sorted(addresses.get(row.id, ())), cases=cases.get(row.id, 0))
