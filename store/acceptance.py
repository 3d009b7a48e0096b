"""Which cases no unit has accepted yet: claimed by whoever works out when to remind of them, or reminds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from store.models.cases import TO_BE_ACCEPTED, UNACCEPTED

_TO_BE_ACCEPTED = text(  # every name in these statements is the program's own
    f"WITH c AS MATERIALIZED (SELECT id, unit, due_at FROM cases WHERE {TO_BE_ACCEPTED}"  # noqa: S608
    "  ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " SELECT c.id, c.unit, c.due_at, e.asked_at, e.moves FROM c"
    " CROSS JOIN LATERAL (SELECT max(at) AS asked_at, count(*) FILTER (WHERE kind = 'assigned') AS moves"
    "  FROM case_events WHERE case_id = c.id"
    "  AND (kind = 'assigned' OR (kind = 'state_changed' AND detail ->> 'to' = 'reopened'))) AS e"
)
_ASK = text(
    "UPDATE cases SET acceptance_at = next.at, acceptance_unit = cases.unit"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[])) AS next(id, at)"
    " WHERE cases.id = next.id"
)
_DUE = text(
    f"WITH due AS MATERIALIZED (SELECT id FROM cases WHERE {UNACCEPTED}"  # noqa: S608
    "  AND acceptance_at <= :now AND acceptance_unit = unit"
    "  ORDER BY acceptance_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " UPDATE cases SET acceptance_at = NULL FROM due WHERE cases.id = due.id"
    " RETURNING cases.id, cases.unit, cases.due_at, NULL AS asked_at,"
    "  (SELECT count(*) FROM case_events WHERE case_id = cases.id AND kind = 'assigned') AS moves"
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A case that its unit has not accepted. `asked_at` is when it went there, or was opened
    again there, None where nobody knows; `moves` is how often it went anywhere. Datetimes are UTC."""

    id: int
    unit: str
    due_at: datetime
    asked_at: datetime | None
    moves: int


class AcceptanceRepository:
    """Claims cases by the time their units have had to accept them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def to_be_asked(self, limit: int) -> list[Asked]:
        """Some cases that came to a unit, and nobody has worked out when to remind it; they stay locked."""
        rows = self._session.execute(_TO_BE_ACCEPTED, {"limit": limit})
        return [Asked(**row._mapping) for row in rows]

    def ask(self, moments: Mapping[int, datetime | None]) -> None:
        """When the units of cases that the caller holds are reminded to accept them, None for never."""
        self._session.execute(_ASK, {"ids": list(moments), "at": list(moments.values())})

    def claim_due(self, now: datetime, limit: int) -> list[Asked]:
        """Some cases whose units are to be reminded now, those that wait longest first: once each."""
        rows = self._session.execute(_DUE, {"now": now, "limit": limit})
        return [Asked(**row._mapping) for row in rows]
