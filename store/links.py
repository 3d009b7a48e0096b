"""What cases are to one another, and the marks by which later messages find earlier cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlmodel import Session, col

from domain.vocabulary import LinkKind, LinkState
from store.bulk import copy_rows, insert_missing
from store.models import Case, CaseLink, CaseMark, CaseWords
from store.records import LinkedCase, MarkedCase, WordedCase

_SHOWN = 100
MOST = 8
"""So many cases, the newest, are looked at under one mark: in a storm the rest say the same."""
MOST_WORDED = 4
"""The same under the mark of words: what nearly equal texts share, others often share by chance."""

_INCIDENT = (
    "(SELECT min(l.other_id) AS first FROM case_links l WHERE l.case_id = {case}"
    " AND l.kind = 'same_incident' AND l.state = 'accepted')"
)
_LYING = (
    "SELECT asked.position, m.case_id"
    " FROM unnest(CAST(:positions AS int[]), CAST(:marks AS bigint[])) AS asked(position, mark)"
    " CROSS JOIN LATERAL (SELECT case_id FROM case_marks WHERE mark = asked.mark AND seen_at >= :since"
    "  ORDER BY seen_at DESC LIMIT :most) AS m"
)
_WORDED = text(
    f"SELECT n.position, n.case_id, w.exact, w.sketch, w.length FROM ({_LYING}) AS n"  # noqa: S608
    " JOIN case_words w ON w.case_id = n.case_id"
)
_MARKED = text(  # every name in it is the program's own
    "SELECT n.position, c.id AS case_id, c.number, c.citizen_id, c.topic, c.kind, c.confidentiality,"  # noqa: S608
    " c.priority, c.needs_review, c.place, c.opened_at, w.exact, w.sketch, w.length,"
    f" coalesce({_INCIDENT.format(case='f.first')}, f.first) AS incident"
    f" FROM ({_LYING} UNION"
    "  SELECT * FROM unnest(CAST(:named_by AS int[]), CAST(:named AS bigint[]))) AS n"
    " JOIN cases c ON c.id = n.case_id JOIN case_words w ON w.case_id = c.id"
    f" CROSS JOIN LATERAL {_INCIDENT.format(case='c.id')} f"
    " WHERE c.state NOT IN ('resolved', 'rejected') AND c.merged_into IS NULL"
    " ORDER BY n.position, c.id"
)
_LAY = text(
    "INSERT INTO case_marks (mark, seen_at, case_id)"
    " SELECT mark, :now, case_id"
    " FROM unnest(CAST(:marks AS bigint[]), CAST(:cases AS bigint[])) AS laid(mark, case_id)"
)
_ACCEPT = text(
    "UPDATE case_links SET state = 'accepted', decided_at = :now, decided_by = :who"
    " WHERE case_id = ANY(:cases) AND other_id = :first AND kind = 'same_incident' AND state = 'offered'"
    " RETURNING case_id"
)
_TO_JOIN = text(
    "SELECT j.later FROM unnest(CAST(:laters AS bigint[]), CAST(:firsts AS bigint[])) AS j(later, first)"
    " WHERE EXISTS (SELECT FROM case_links WHERE case_id = j.later AND other_id = j.first"
    "  AND kind = 'same_incident' AND state = 'offered')"
    " OR EXISTS (SELECT FROM case_links WHERE other_id = j.later"
    "  AND kind = 'same_incident' AND state <> 'dismissed') ORDER BY j.later"
)
_FOLLOW = text(  # whoever pointed at a first that has become one of another incident's cases points there
    "UPDATE case_links l SET other_id = :first WHERE l.other_id = :was AND l.kind = 'same_incident'"
    " AND l.state <> 'dismissed' AND NOT EXISTS (SELECT FROM case_links k"
    "  WHERE k.case_id = l.case_id AND k.other_id = :first AND k.kind = l.kind)"
    " AND EXISTS (SELECT FROM case_links j WHERE j.case_id = :was AND j.other_id = :first"
    "  AND j.kind = l.kind AND j.state = 'accepted')"
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

    def mark(self, marks: Sequence[tuple[int, int]], now: datetime) -> None:
        """Lay cases down under marks: (mark, case), no pair twice."""
        if marks:
            given = {"marks": [mark for mark, _ in marks], "cases": [case_id for _, case_id in marks]}
            self._session.execute(_LAY, given | {"now": now})

    def keep_words(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep fingerprints: `case_id, exact, sketch, length, seen_at`."""
        copy_rows(self._session, CaseWords, rows)

    def worded(self, asked: Sequence[tuple[int, int]], since: datetime) -> list[WordedCase]:
        """The words of the cases that lie under these (position, mark) since then, open or not; under each
        mark only the newest few."""
        found = self._session.execute(_WORDED, _lying(asked, since, MOST_WORDED)) if asked else ()
        return list(map(WordedCase._make, found))

    def marked(
        self, asked: Sequence[tuple[int, int]], named: Sequence[tuple[int, int]], since: datetime
    ) -> list[MarkedCase]:
        """The open ones of these (position, case) and of those that lie under these (position, mark) since
        then, each once a position, oldest first; under each mark only the newest few."""
        if not (asked or named):
            return []
        also = {"named_by": [position for position, _ in named], "named": [case_id for _, case_id in named]}
        return list(map(MarkedCase._make, self._session.execute(_MARKED, _lying(asked, since, MOST) | also)))

    def last_under(self, marks: Sequence[int], since: datetime) -> dict[int, int]:
        """The newest case under each of these marks since then, whatever became of it."""
        if not marks:
            return {}
        found = self._session.execute(_LAST_UNDER, {"marks": list(marks), "since": since})
        return {row.mark: row.case_id for row in found}

    def offer(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add links: `case_id, other_id, kind, state, why, created_at, decided_at, decided_by`; what is
        linked alike stays as it is, dismissed or not."""
        if rows:
            insert_missing(self._session, CaseLink, rows, unique="one_link_of_a_kind", returning="id")

    def to_join(self, firsts: Mapping[int, int]) -> list[int]:
        """Those of these cases, each with the first of its incident, that `join` would do something for: they
        are still offered to it, or others point at them."""
        if not firsts:
            return []
        given = {"laters": list(firsts), "firsts": list(firsts.values())}
        return list(self._session.execute(_TO_JOIN, given).scalars())

    def join(self, case_ids: Sequence[int], first: int, who: str, now: datetime) -> list[int]:
        """Accept offers of these cases to an incident's first, and bring along those that point at them;
        what was dismissed stays so. Returns the cases whose offer was accepted."""
        given = {"cases": list(case_ids), "first": first, "who": who, "now": now}
        accepted = list(self._session.execute(_ACCEPT, given).scalars())
        for was in sorted(case_ids):
            self._session.execute(_FOLLOW, {"was": was, "first": first})
        return accepted

    def of_case(self, case_id: int) -> list[LinkedCase]:
        """What a case is linked with, in either direction, oldest first; a hundred in each at most."""
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
            .limit(_SHOWN)
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


def _lying(asked: Sequence[tuple[int, int]], since: datetime, most: int) -> dict[str, object]:
    return {
        "positions": [position for position, _ in asked],
        "marks": [mark for _, mark in asked],
        "since": since,
        "most": most,
    }
