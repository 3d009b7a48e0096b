"""What people wish of notices: by which medium first, when not, and which they can do without."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, select, update
from sqlmodel import Session, col

from store.models import Contact


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What holds for an address. Quiet hours are hours of Istanbul's clock, None where the desk's count;
    `stopped_at` and `undeliverable_at` close it to all notices."""

    id: int
    urn: str
    preferred_medium: str | None
    quiet_from: int | None
    quiet_until: int | None
    declined: Sequence[str]
    stopped_at: datetime | None
    undeliverable_at: datetime | None

    @property
    def closed(self) -> bool:
        """Whether no notice may or can go there."""
        return self.stopped_at is not None or self.undeliverable_at is not None

    @property
    def quiet(self) -> tuple[int, int] | None:
        """From which hour to which no notice is wanted here; None where the desk's own hours count."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until


_COLUMNS = (
    col(Contact.id),
    col(Contact.urn),
    col(Contact.preferred_medium),
    col(Contact.quiet_from),
    col(Contact.quiet_until),
    col(Contact.declined),
    col(Contact.stopped_at),
    col(Contact.undeliverable_at),
)
_OF = select(*_COLUMNS).where(col(Contact.urn) == any_(bindparam("urns", type_=ARRAY(Text))))


class WishRepository:
    """The wishes of the addresses the desk knows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, urns: Collection[str]) -> dict[str, Wishes]:
        """What holds for the known ones of these addresses."""
        rows = self._session.execute(_OF, {"urns": list(urns)})
        return {row.urn: _wishes(row) for row in rows}

    def of_one(self, urn: str) -> Wishes | None:
        """What holds for this address, or None for one the desk does not know."""
        return self.of([urn]).get(urn)

    def by_key(self, contact_id: int) -> Wishes | None:
        """What holds for the address with this key, or None for none."""
        row = self._session.execute(select(*_COLUMNS).where(col(Contact.id) == contact_id)).one_or_none()
        return _wishes(row) if row else None

    def change(self, contact_id: int, **columns: Any) -> None:
        """Keep what somebody wishes from now on."""
        self._session.execute(update(Contact).where(col(Contact.id) == contact_id).values(**columns))


def _wishes(row: Any) -> Wishes:
    return Wishes(**{**row._mapping, "declined": tuple(row.declined or ())})
