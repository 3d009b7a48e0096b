"""What cases are to one another, and the marks by which later messages find earlier cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlmodel import Session, col

from domain.vocabulary import LinkKind, LinkState
from store.bulk import copy_rows, insert_missing
from store.models import Case, CaseLink, CaseMark, CaseWords
from store.records import LinkedCase, MarkedCase

MOST = 8
"""So many cases, the newest, are looked at under one mark: in a storm the rest say the same."""

_INCIDENT = (
    "(SELECT min(l.other_id) FROM case_links l WHERE l.case_id = {case}"
    " AND l.kind = 'same_incident' AND l.state <> 'dismissed')"
)
_FIRST = _INCIDENT.format(case="c.id")
_MARKED = text(  # every name in it is the program's own
    "SELECT n.position, c.id AS case_id, c.number, c.citizen_id, c.topic, c.kind, c.confidentiality,"  # noqa: S608
    " c.place, c.opened_at, w.exact, w.sketch, w.length,"
    f" coalesce({_INCIDENT.format(case=_FIRST)}, {_FIRST}) AS incident"
    " FROM (SELECT DISTINCT asked.position, m.case_id"
    "  FROM unnest(CAST(:positions AS int[]), CAST(:marks AS bigint[])) AS asked(position, mark)"
    "  CROSS JOIN LATERAL (SELECT case_id FROM case_marks WHERE mark = asked.mark AND seen_at >= :since"
    "   ORDER BY seen_at DESC LIMIT :most) AS m) AS n"
    " JOIN cases c ON c.id = n.case_id JOIN case_words w ON w.case_id = c.id"
    " WHERE c.state NOT IN ('resolved', 'rejected') AND c.merged_into IS NULL"
    " ORDER BY n.position, c.id"
)
_LAST_UNDER = text(
    "SELECT asked.mark, m.case_id"
    " FROM unnest(CAST(:marks AS bigint[])) AS asked(mark)"
    " CROSS JOIN LATERAL (SELECT case_id FROM case_marks WHERE mark = asked.mark AND seen_at >= :since"
    "  ORDER BY seen_at DESC LIMIT 1) AS m"
)


class LinkRepository:
    """Offers links, finds them, and records what people decide about them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mark(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Lay cases down under marks: `mark, seen_at, case_id`, no row twice."""
        copy_rows(self._session, CaseMark, rows)

    def keep_words(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep fingerprints: `case_id, exact, sketch, length, seen_at`."""
        copy_rows(self._session, CaseWords, rows)

    def marked(self, asked: Sequence[tuple[int, int]], since: datetime) -> list[tuple[int, MarkedCase]]:
        """The open cases that lie under these (position, mark) since then, each once a position, oldest
        first; under each mark only the newest few."""
        if not asked:
            return []
        given = {
            "positions": [position for position, _ in asked],
            "marks": [mark for _, mark in asked],
            "since": since,
            "most": MOST,
        }
        found = [row._mapping for row in self._session.execute(_MARKED, given)]
        return [
            (row["position"], MarkedCase(**{k: v for k, v in row.items() if k != "position"}))
            for row in found
        ]

    def last_under(self, marks: Sequence[int], since: datetime) -> dict[int, int]:
        """The newest case under each of these marks since then, whatever became of it."""
        if not marks:
            return {}
        found = self._session.execute(_LAST_UNDER, {"marks": list(marks), "since": since})
        return {row.mark: row.case_id for row in found}

    def offer(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add links: `case_id, other_id, kind, state, why, created_at`; what is linked alike stays."""
        if rows:
            insert_missing(self._session, CaseLink, rows, unique="one_link_of_a_kind", returning="id")

    def of_case(self, case_id: int) -> list[LinkedCase]:
        """What a case is linked with, in either direction, oldest first."""
        return [
            link
            for here, there in ((CaseLink.case_id, CaseLink.other_id), (CaseLink.other_id, CaseLink.case_id))
            for link in self._linked(col(here) == case_id, there)
        ]

    def _linked(self, condition: Any, there: Any) -> list[LinkedCase]:
        rows = self._session.execute(
            select(
                col(CaseLink.kind),
                col(CaseLink.state),
                col(CaseLink.why),
                col(CaseLink.created_at),
                col(Case.id).label("case_id"),
                col(Case.number),
                col(Case.confidentiality),
                col(Case.citizen_id),
            )
            .join(Case, col(Case.id) == col(there))
            .where(condition)
            .order_by(col(CaseLink.id))
        )
        return [LinkedCase(**row._mapping) for row in rows]

    def offered(self, kind: LinkKind, limit: int) -> list[tuple[str, str, str, datetime]]:
        """(later number, earlier number, why, since) of open offers of a kind, oldest first."""
        later, earlier = Case.__table__.alias(), Case.__table__.alias()  # type: ignore[attr-defined]
        statement = (
            select(later.c.number, earlier.c.number, col(CaseLink.why), col(CaseLink.created_at))
            .join(later, later.c.id == col(CaseLink.case_id))
            .join(earlier, earlier.c.id == col(CaseLink.other_id))
            .where(col(CaseLink.kind) == kind, col(CaseLink.state) == LinkState.OFFERED)
            .order_by(col(CaseLink.id))
            .limit(limit)
        )
        return [tuple(row) for row in self._session.execute(statement)]

    def decide(self, case_id: int, other_id: int, state: LinkState, who: str, now: datetime) -> int:
        """Record what somebody decided about every link between two cases; returns how many changed."""
        one_way = (col(CaseLink.case_id) == case_id) & (col(CaseLink.other_id) == other_id)
        other_way = (col(CaseLink.case_id) == other_id) & (col(CaseLink.other_id) == case_id)
        changed = self._session.execute(
            update(CaseLink)
            .where(one_way | other_way, col(CaseLink.state) != state)
            .values(state=state, decided_at=now, decided_by=who)
        )
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def forget(self, before: datetime) -> None:
        """Drop the marks and words that are older; links stay."""
        self._session.execute(delete(CaseMark).where(col(CaseMark.seen_at) < before))
        self._session.execute(delete(CaseWords).where(col(CaseWords.seen_at) < before))
