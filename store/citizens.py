"""The register of citizens: one person per address, joined by equal addresses only."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from domain.text import fold
from store.bulk import copy_rows, next_ids
from store.models import Citizen, Contact


class CitizenRepository:
    """Finds and adds citizens by their addresses."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_keys(self, keys: Sequence[str]) -> None:
        """Hold these keys until the transaction ends, so that two workers never register the same person,
        or open a case for the same content, at the same time. Sorted, so that they never wait in a ring."""
        self._session.execute(
            text(
                "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(key, 0) AS k"
                " FROM unnest(CAST(:keys AS text[])) AS key ORDER BY k) AS sorted"
            ),
            {"keys": list(keys)},
        )

    def owners(self, urns: Sequence[str]) -> dict[str, int | None]:
        """The known ones of these addresses, with the citizen each belongs to; None for an unproven one."""
        statement = text("SELECT urn, citizen_id FROM contacts WHERE urn = ANY(:urns)")
        return {row.urn: row.citizen_id for row in self._session.execute(statement, {"urns": list(urns)})}

    def add(self, names: Sequence[str | None], now: datetime) -> list[int]:
        """New citizens with these names; returns their keys in order."""
        ids = next_ids(self._session, Citizen, len(names)) if names else []
        rows = [
            {"id": i, "name": n, "folded_name": n and fold(n), "created_at": now}
            for i, n in zip(ids, names, strict=True)
        ]
        copy_rows(self._session, Citizen, rows)
        return ids

    def give(self, owners: Mapping[str, int]) -> None:
        """Addresses that had no owner, and whose they are now."""
        for urn, owner in owners.items():
            mine = col(Contact.urn) == urn, col(Contact.citizen_id).is_(None)
            self._session.execute(update(Contact).where(*mine).values(citizen_id=owner))

    def add_contacts(self, owners: Mapping[str, int | None], now: datetime) -> None:
        """New addresses and whose they are, as far as that is proven."""
        rows = [{"citizen_id": owner, "urn": urn, "created_at": now} for urn, owner in owners.items()]
        copy_rows(self._session, Contact, rows)

    def closed_to_notices(self, urns: Sequence[str]) -> set[str]:
        """Those of the addresses that notices must not or cannot go to."""
        statement = text(
            "SELECT urn FROM contacts"
            " WHERE urn = ANY(:urns) AND (stopped_at IS NOT NULL OR undeliverable_at IS NOT NULL)"
        )
        return set(self._session.execute(statement, {"urns": list(urns)}).scalars())

    def stop(self, urn: str, now: datetime) -> None:
        """Record that this address wants no notices; complaints from it are still taken."""
        self._session.execute(update(Contact).where(col(Contact.urn) == urn).values(stopped_at=now))

    def mark_undeliverable(self, urn: str, now: datetime) -> None:
        """Record that nothing can be delivered to this address."""
        self._session.execute(update(Contact).where(col(Contact.urn) == urn).values(undeliverable_at=now))

    def heard_from(self, urns: Sequence[str]) -> None:
        """Take notices to these addresses for deliverable again; who wants none still gets none."""
        statement = text(
            "UPDATE contacts SET undeliverable_at = NULL"
            " WHERE urn = ANY(:urns) AND undeliverable_at IS NOT NULL"
        )
        self._session.execute(statement, {"urns": list(urns)})

    def get(self, citizen_id: int) -> Citizen | None:
        """The citizen, or None."""
        return self._session.get(Citizen, citizen_id)

    def contacts(self, citizen_id: int) -> list[Contact]:
        """The addresses of a citizen, oldest first."""
        statement = select(Contact).where(col(Contact.citizen_id) == citizen_id).order_by(col(Contact.id))
        return list(self._session.scalars(statement))
