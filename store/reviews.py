"""Whose turn it is to be reviewed, who has it in hand, and what reviewers decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, TextClause, select, text, update
from sqlmodel import Session, col

from domain.messages import own_words
from domain.vocabulary import CaseKind, NotACase, ReviewOutcome
from store.claiming import COLUMNS, claimed
from store.models import Review
from store.models.cases import PRIORITY_RANK, WAITS_FOR_REVIEW
from store.records import Claimed
from store.review_records import Label, Overdue, Waiting

# One statement: who comes at the same instant skips the row that this one has locked.
_NEXT = text(
    "UPDATE cases SET reviewer = :reviewer, claimed_at = :now, claimed_until = :until"  # noqa: S608
    f" WHERE id = (SELECT id FROM cases WHERE ({WAITS_FOR_REVIEW})"
    " AND (claimed_until IS NULL OR claimed_until <= :now)"
    " AND (:restricted OR confidentiality <> 'restricted') AND id <> :but"
    f" ORDER BY {PRIORITY_RANK}, opened_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
)
_CLAIM = text(
    "UPDATE cases SET reviewer = :reviewer, claimed_at = :now, claimed_until = :until"
    " WHERE id = :case_id AND (reviewer = :reviewer OR claimed_until IS NULL OR claimed_until <= :now)"
    " RETURNING id"
)
_IN_HAND = text(
    "SELECT id FROM cases WHERE reviewer = :reviewer AND claimed_until > :now"  # noqa: S608
    f" AND ({WAITS_FOR_REVIEW}) ORDER BY {PRIORITY_RANK}, opened_at, id LIMIT 1"
)
_WAITING = text(  # every name in it is the program's own
    "SELECT why, topic, priority, count(*) AS waiting, min(opened_at) AS oldest_at,"  # noqa: S608
    " count(*) FILTER (WHERE claimed_until > :now) AS claimed"
    " FROM (SELECT topic, priority, opened_at, claimed_until,"
    "  (SELECT reason FROM jsonb_array_elements_text(reasons) WITH ORDINALITY AS given(reason, place)"
    "   WHERE reason = ANY(:known) ORDER BY place LIMIT 1) AS why"
    f"  FROM cases WHERE {WAITS_FOR_REVIEW}) AS waits"
    " GROUP BY why, topic, priority ORDER BY min(opened_at)"
)
_OVERDUE = text(
    "SELECT number, opened_at, count(*) OVER () AS waiting FROM cases"  # noqa: S608
    f" WHERE ({WAITS_FOR_REVIEW}) AND opened_at < :before ORDER BY opened_at, id LIMIT 1"
)
_STALE = text(
    "SELECT c.id AS case_id, m.* FROM (SELECT id FROM cases"  # noqa: S608
    " WHERE state = 'in_review' AND unit = :unit AND classifier <> :version"
    " AND (claimed_until IS NULL OR claimed_until <= :now)"
    " AND NOT EXISTS (SELECT FROM reviews WHERE case_id = cases.id AND undone_at IS NULL)"
    " ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED) AS c CROSS JOIN LATERAL"
    f" (SELECT {COLUMNS} FROM messages WHERE case_id = c.id ORDER BY messages.id LIMIT 1) AS m"
)
_LABELS = text(
    "SELECT r.id, r.case_id, r.at, r.outcome, r.topic, r.kind, r.not_a_case, r.previous_topic,"
    " r.previous_kind, r.classifier, r.confidence, m.subject, m.text, m.quoted_spans"
    " FROM (SELECT DISTINCT ON (case_id) * FROM reviews WHERE undone_at IS NULL AND at >= :since"
    "  ORDER BY case_id, id DESC) AS r"
    " CROSS JOIN LATERAL (SELECT subject, text, quoted_spans FROM messages WHERE case_id = r.case_id"
    "  ORDER BY id LIMIT 1) AS m"
    " WHERE m.text <> '' OR m.subject <> ''"  # nothing is learned from what was erased
    " ORDER BY r.at, r.id"
)


class ReviewRepository:
    """The review queue and its decisions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next(
        self, reviewer: str, now: datetime, hold: timedelta, *, restricted: bool, but: int = 0
    ) -> int | None:
        """Take the most urgent, then oldest, waiting case in hand that nobody has; its key, or None.

        Restricted ones only where they are asked for; never the case `but`.
        """
        given = {"reviewer": reviewer, "now": now, "until": now + hold, "restricted": restricted, "but": but}
        return self._key(_NEXT, given)

    def in_hand(self, reviewer: str, now: datetime) -> int | None:
        """The most urgent waiting case that this reviewer has in hand already, or None."""
        return self._key(_IN_HAND, {"reviewer": reviewer, "now": now})

    def claim(self, case_id: int, reviewer: str, now: datetime, hold: timedelta) -> bool:
        """Take this very case in hand, or keep it longer; False while somebody else has it."""
        given = {"case_id": case_id, "reviewer": reviewer, "now": now, "until": now + hold}
        return self._key(_CLAIM, given) is not None

    def _key(self, statement: TextClause, given: Mapping[str, Any]) -> int | None:
        row = self._session.execute(statement, given).first()
        return row.id if row else None

    def release(self, case_id: int, reviewer: str) -> bool:
        """Give a case back; False when the reviewer does not have it."""
        given_back = self._session.execute(
            text(
                "UPDATE cases SET reviewer = NULL, claimed_at = NULL, claimed_until = NULL"
                " WHERE id = :case_id AND reviewer = :reviewer"
            ),
            {"case_id": case_id, "reviewer": reviewer},
        )
        return bool(given_back.rowcount)  # type: ignore[attr-defined]

    def waiting(self, known: Sequence[str], now: datetime) -> list[Waiting]:
        """What waits for a person, by topic, priority and the first of these known reasons; oldest first."""
        rows = self._session.execute(_WAITING, {"known": list(known), "now": now})
        return [Waiting(**row._mapping) for row in rows]

    def overdue(self, before: datetime) -> Overdue | None:
        """How many cases that wait for a person were opened before then, with the oldest; None for none."""
        row = self._session.execute(_OVERDUE, {"before": before}).first()
        return Overdue(**row._mapping) if row else None

    def add(self, review: Review) -> Review:
        """Keep a decision; it has its key then."""
        self._session.add(review)
        self._session.flush()
        return review

    def last_of_case(self, case_id: int) -> Review | None:
        """The last decision about a case that stands, or None."""
        statement = select(Review).where(col(Review.case_id) == case_id, col(Review.undone_at).is_(None))
        return self._session.scalars(statement.order_by(col(Review.id).desc()).limit(1)).first()

    def last_by(self, reviewer: str) -> Review | None:
        """The last decision of a reviewer that stands, or None."""
        statement = select(Review).where(col(Review.reviewer) == reviewer, col(Review.undone_at).is_(None))
        return self._session.scalars(statement.order_by(col(Review.id).desc()).limit(1)).first()

    def stale(self, unit: str, version: str, now: datetime, limit: int) -> list[tuple[int, Claimed]]:
        """Cases that wait at a unit and were judged by another classifier, with their first messages.

        They are locked until the transaction ends. Never what a person has decided about, or has in hand.
        """
        given = {"unit": unit, "version": version, "now": now, "limit": limit}
        return [(row.case_id, claimed(row)) for row in self._session.execute(_STALE, given)]

    def undo(self, review_id: int, now: datetime) -> bool:
        """Mark a decision as undone; False when it was before."""
        undone = self._session.execute(
            update(Review)
            .where(col(Review.id) == review_id, col(Review.undone_at).is_(None))
            .values(undone_at=now)
        )
        return bool(undone.rowcount)  # type: ignore[attr-defined]

    def labels(self, since: datetime) -> list[Label]:
        """What people said of cases since then, each case's last word only, in the order they said it.

        Confirmed and corrected ones alike; what was undone is left out. The text is the case's first message
        without what it quotes. A label has a topic, or says why the message is no case.
        """
        return [_label(row) for row in self._session.execute(_LABELS, {"since": since})]


def _label(row: Row[Any]) -> Label:
    return Label(
        id=row.id,
        case_id=row.case_id,
        at=row.at,
        subject=row.subject,
        text=own_words(row.text, [(start, end) for start, end in row.quoted_spans]),
        topic=row.topic if row.not_a_case is None else None,
        kind=CaseKind(row.kind),
        not_a_case=NotACase(row.not_a_case) if row.not_a_case else None,
        previous_topic=row.previous_topic,
        previous_kind=CaseKind(row.previous_kind),
        outcome=ReviewOutcome(row.outcome),
        classifier=row.classifier,
        confidence=row.confidence,
    )
