"""Incidents: the cases that people reported the same thing by. All are linked to the first, whose key it has.

Only links that are accepted count, by a person or where the program was sure; and only public cases, since an
incident says something about all of its cases.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.vocabulary import LinkKind, LinkState, Priority, Template
from store.incident_records import Incident, Member, Raised, Tally

_JOINED = f"kind = '{LinkKind.SAME_INCIDENT}' AND state = '{LinkState.ACCEPTED}'"
MEMBERS = (  # every name in these statements is the program's own
    "(SELECT f AS first, f AS case_id FROM unnest(CAST(:firsts AS bigint[])) AS f"  # noqa: S608
    f" UNION SELECT other_id, case_id FROM case_links WHERE other_id = ANY(:firsts) AND {_JOINED}) AS m"
    " JOIN cases c ON c.id = m.case_id AND c.confidentiality = 'public'"
)
_OPEN = "c.state NOT IN ('resolved', 'rejected')"
_WITH_UNIT = "c.state NOT IN ('received', 'in_review')"
_FIRSTS = text(
    f"SELECT case_id, min(other_id) AS first FROM case_links WHERE case_id = ANY(:ids) AND {_JOINED}"  # noqa: S608
    " GROUP BY case_id"
)
_TALLIES = text(
    "SELECT m.first, f.number, c.unit, count(*) AS cases, count(DISTINCT c.citizen_id) AS citizens,"  # noqa: S608
    " count(*) FILTER (WHERE c.priority = 'life_safety') AS alarms,"
    f" count(*) FILTER (WHERE {_OPEN}) AS open, min(c.opened_at) AS since,"
    f" min(c.due_at) FILTER (WHERE {_OPEN}) AS due_at,"
    " array_to_string((array_agg(c.number ORDER BY c.id DESC))[1:20], ', ') AS latest"
    f" FROM {MEMBERS} JOIN cases f ON f.id = m.first WHERE {_WITH_UNIT}"
    " GROUP BY m.first, f.number, c.unit ORDER BY m.first, c.unit"
)
_RAISE = text(
    "WITH many AS (SELECT m.first, count(DISTINCT c.citizen_id) AS citizens"  # noqa: S608
    f"  FROM {MEMBERS} WHERE c.opened_at >= :since GROUP BY m.first"
    "  HAVING count(DISTINCT c.citizen_id) >= :needed),"
    " picked AS (SELECT c.id, c.priority AS was, many.citizens, f.number AS first"
    f"  FROM {MEMBERS} JOIN many ON many.first = m.first JOIN cases f ON f.id = m.first"
    f"  WHERE c.priority = ANY(:lower) AND {_OPEN}"
    "  AND NOT EXISTS (SELECT FROM reviews r WHERE r.case_id = c.id AND r.undone_at IS NULL"
    "   AND r.before->>'priority' <> r.after->>'priority')"
    "  ORDER BY c.id FOR UPDATE OF c)"
    " UPDATE cases SET priority = :raised FROM picked WHERE cases.id = picked.id"
    " RETURNING cases.id AS case_id, picked.was, picked.citizens, picked.first"
)
_TOLD = text(
    "SELECT case_id AS first, values->>'unit' AS unit, max(CAST(values->>'cases' AS int)) AS cases"
    " FROM notifications WHERE case_id = ANY(:firsts) AND template = :template GROUP BY 1, 2"
)
_GROWN = text(
    f"SELECT DISTINCT other_id FROM case_links WHERE {_JOINED} AND created_at >= :since ORDER BY 1"  # noqa: S608
)
_SUMMED = (
    "SELECT f.id AS first, f.number, f.topic, f.unit, f.state, f.district, f.neighbourhood,"  # noqa: S608
    " f.place->>'address' AS address, s.* FROM (SELECT m.first AS f_id, count(*) AS cases,"
    f"  count(DISTINCT c.citizen_id) AS citizens, count(*) FILTER (WHERE {_OPEN}) AS open,"
    "  min(c.opened_at) AS since, max(c.opened_at) AS last_at,"
    "  (array_agg(c.priority ORDER BY array_position("
    "   ARRAY['life_safety', 'high', 'normal', 'low'], CAST(c.priority AS text))))[1] AS priority"
    f"  FROM {MEMBERS} GROUP BY m.first) AS s JOIN cases f ON f.id = s.f_id"
    " ORDER BY s.last_at DESC"
)
_OFFERED = text(
    "SELECT case_id FROM case_links WHERE other_id = :first AND kind = 'same_incident' AND state = 'offered'"
    " ORDER BY case_id"
)
_CASES = text(
    "SELECT c.id, c.number, c.state, c.topic, c.unit, c.priority, c.channel, c.opened_at"  # noqa: S608
    f" FROM {MEMBERS} ORDER BY c.id LIMIT :limit"
)


class IncidentRepository:
    """Counts incidents, and raises what many people report."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def firsts_of(self, case_ids: Collection[int]) -> dict[int, int]:
        """Those of the cases that joined an incident, with the incident's first case."""
        if not case_ids:
            return {}
        return {row.case_id: row.first for row in self._rows(_FIRSTS, {"ids": list(case_ids)})}

    def tallies(self, firsts: Collection[int]) -> list[Tally]:
        """What each unit has of these incidents, closed cases included, those in review not."""
        return [Tally(**row._mapping) for row in self._rows(_TALLIES, {"firsts": list(firsts)})]

    def raise_priorities(
        self, firsts: Collection[int], since: datetime, needed: int, to: Priority, lower: Sequence[Priority]
    ) -> list[Raised]:
        """Raise the open cases of those incidents that so many citizens reported since then, where they are
        of one of the `lower` priorities and no person has set another; returns what was raised."""
        given = {"firsts": list(firsts), "since": since, "needed": needed, "raised": to, "lower": list(lower)}
        return [Raised(**row._mapping) for row in self._rows(_RAISE, given)]

    def told(self, firsts: Collection[int]) -> dict[tuple[int, str], int]:
        """Of how many cases of an incident a unit was told in sum, by incident and unit."""
        given = {"firsts": list(firsts), "template": Template.INCIDENT_GROWN}
        return {(row.first, row.unit): row.cases for row in self._rows(_TOLD, given)}

    def grown(self, since: datetime) -> list[int]:
        """The incidents that a case joined since then."""
        return [row.other_id for row in self._rows(_GROWN, {"since": since})]

    def summed(self, firsts: Collection[int]) -> list[Incident]:
        """These incidents with their counts, the one that grew last first."""
        rows = self._rows(text(_SUMMED), {"firsts": list(firsts)})
        return [Incident(**{n: v for n, v in row._mapping.items() if n != "f_id"}) for row in rows]

    def offered(self, first: int) -> list[int]:
        """The cases that may belong to an incident, and wait for somebody to say so."""
        return list(self._session.execute(_OFFERED, {"first": first}).scalars())

    def members(self, first: int, limit: int) -> list[Member]:
        """The cases of an incident, oldest first."""
        return [Member(**row._mapping) for row in self._rows(_CASES, {"firsts": [first], "limit": limit})]

    def _rows(self, statement: Any, given: Mapping[str, Any]) -> Iterable[Any]:
        return self._session.execute(statement, given)
