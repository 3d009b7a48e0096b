"""The cases whose numbers an address may be told again: its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

_NAMES = (
    "EXISTS (SELECT FROM (SELECT sender, contacts FROM messages WHERE case_id = c.id ORDER BY id LIMIT 1) m"
    " WHERE m.sender = :urn OR :urn = ANY(m.contacts))"
)
"""The case was opened by a message from this address, or one that named it; what came later counts for
nothing: anybody may write to a case whose mark was passed on."""
_NEAR, _LAST = 50, 500
"""So many of a citizen's newest cases and an address's last notices are looked at: a unit's has a million."""
# By the citizen whose address it is, and by the receipts that went there: each has its index.
_OPEN_OR_RECENT = text(
    "SELECT c.number, c.security_number, c.opened_at FROM cases c WHERE c.id IN ("  # noqa: S608 - our names
    "(SELECT id FROM cases WHERE citizen_id = (SELECT citizen_id FROM contacts WHERE urn = :urn)"
    f" ORDER BY id DESC LIMIT {_NEAR}) UNION"
    " (SELECT case_id FROM (SELECT case_id, template FROM notifications WHERE recipient = :urn"
    f" ORDER BY sent_at DESC LIMIT {_LAST}) AS last"
    " WHERE template IN ('received', 'out_of_scope') AND case_id IS NOT NULL))"
    f" AND (c.closed_at IS NULL OR c.closed_at >= :since) AND {_NAMES} ORDER BY c.id DESC LIMIT :most"
)
_THIS_ONE = text(
    "SELECT c.number, c.security_number, c.opened_at FROM cases c"  # noqa: S608 - our names
    f" WHERE c.number = :number AND {_NAMES}"
)


@dataclass(frozen=True, kw_only=True)
class SealedNumbers:
    """Both numbers of a case; `security_number` is ciphertext, `opened_at` UTC."""

    number: str
    security_number: str
    opened_at: datetime


class LostNumberRepository:
    """Finds cases by an address that they were opened from."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_address(self, urn: str, since: datetime, most: int) -> list[SealedNumbers]:
        """The newest cases of this address that are open, or were closed since then."""
        given = {"urn": urn, "since": since, "most": most}
        return _read(self._session.execute(_OPEN_OR_RECENT, given).all())

    def of_number(self, urn: str, number: str) -> list[SealedNumbers]:
        """The case with this number, of whatever age, if it was opened from this address; else none."""
        return _read(self._session.execute(_THIS_ONE, {"urn": urn, "number": number}).all())


def _read(rows: Sequence[Any]) -> list[SealedNumbers]:
    return [SealedNumbers(**row._mapping) for row in rows]
