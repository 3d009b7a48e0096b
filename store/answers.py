"""Answers in words, and the cases they close."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from domain.cases import may_become
from domain.vocabulary import CaseState
from store.claiming import COLUMNS, claimed
from store.incident_records import Answerable
from store.incidents import MEMBERS
from store.models import Answer, Case
from store.records import Claimed

_MAY_BE_RESOLVED = [state for state in CaseState if may_become(state, CaseState.RESOLVED)]
_OPEN = text(  # every name in it is the program's own
    "SELECT c.id AS case_id, c.state, c.confidentiality, c.channel"  # noqa: S608
    f" FROM {MEMBERS} JOIN cases f ON f.id = m.first"
    " WHERE c.state = ANY(:open) AND c.merged_into IS NULL AND c.topic IS NOT DISTINCT FROM f.topic"
    " ORDER BY c.id LIMIT :limit FOR UPDATE OF c"
)
_LEFT_OUT = text(
    "SELECT count(*) FILTER (WHERE c.topic IS DISTINCT FROM f.topic) AS other,"  # noqa: S608
    " count(*) FILTER (WHERE c.topic IS NOT DISTINCT FROM f.topic) AS waiting"
    f" FROM {MEMBERS} JOIN cases f ON f.id = m.first"
    " WHERE c.state = ANY(:open) AND c.merged_into IS NULL"
)
_FIRST_MESSAGES = text(
    f"SELECT DISTINCT ON (case_id) case_id, {COLUMNS} FROM messages WHERE case_id = ANY(:ids)"  # noqa: S608
    " ORDER BY case_id, id"
)


class AnswerRepository:
    """Keeps answers, and closes cases by them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, answer: Answer) -> Answer:
        """Keep an answer; it has its key then."""
        self._session.add(answer)
        self._session.flush()
        return answer

    def get(self, answer_id: int) -> Answer | None:
        """The answer, or None."""
        return self._session.get(Answer, answer_id)

    def unfinished(self, first: int) -> Answer | None:
        """The answer that was begun to be given to an incident's cases and did not reach all, or None."""
        statement = select(Answer).where(col(Answer.incident_id) == first, col(Answer.finished_at).is_(None))
        return self._session.scalars(statement.order_by(col(Answer.id).desc()).limit(1)).first()

    def finish(self, answer_id: int, now: datetime) -> None:
        """Record that the answer reached every case it could."""
        self._session.execute(update(Answer).where(col(Answer.id) == answer_id).values(finished_at=now))

    def take_open(self, first: int, limit: int) -> list[Answerable]:
        """Some open cases of an incident, oldest first; nobody else changes them until the transaction ends.

        Those of another topic than the first's are left out: a person found that they are about something
        else. What was merged into another case is told of there.
        """
        given = {"firsts": [first], "open": _MAY_BE_RESOLVED, "limit": limit}
        return [Answerable(**row._mapping) for row in self._session.execute(_OPEN, given)]

    def waiting(self, first: int) -> tuple[int, int]:
        """How many open cases of an incident an answer would reach, and how many are of another topic."""
        row = self._session.execute(_LEFT_OUT, {"firsts": [first], "open": _MAY_BE_RESOLVED}).one()
        return row.waiting, row.other

    def close(self, case_ids: Sequence[int], closed_as: CaseState, now: datetime) -> None:
        """Close cases that the caller holds; it writes their history."""
        these = update(Case).where(col(Case.id).in_(case_ids))
        self._session.execute(these.values(state=closed_as, closed_at=now))

    def first_messages(self, case_ids: Collection[int]) -> dict[int, Claimed]:
        """The message that each case was opened with; no lock is held."""
        rows = self._session.execute(_FIRST_MESSAGES, {"ids": list(case_ids)})
        return {row.case_id: claimed(row) for row in rows}
