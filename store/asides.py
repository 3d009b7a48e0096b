"""Messages that were set aside without a case: found to be none, or machines' own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, func, select, text, update
from sqlmodel import Session, col

from domain.messages import own_words
from domain.vocabulary import AsideState, NotACase, Verdict
from store.bulk import copy_rows
from store.models import Aside
from store.models.messages import WITHOUT_CASE
from store.review_records import LookedAt, SetAside

_ROWS = (
    "SELECT m.id, m.channel, coalesce(a.verdict, m.verdict) AS verdict, m.received_at, m.sender, m.subject,"
    " m.text, m.quoted_spans, a.confidence, coalesce(a.reasons, '[]') AS reasons, a.state, a.decided_by"
    " FROM messages m LEFT JOIN asides a ON a.message_id = m.id"
    " WHERE m.state = 'done' AND m.case_id IS NULL AND m.raw_sha256 <> ''"
)
# The newest first where anything is asked for; of what was found to be no case those that wait, oldest first.
_NEWEST = text(
    f"{_ROWS} AND (:verdict = '' OR m.verdict = :verdict AND a.verdict IS NULL)"
    " ORDER BY m.id DESC LIMIT :limit"
)
_WAITING = text(
    f"{_ROWS} AND m.id IN (SELECT message_id FROM asides WHERE state = 'waiting'"  # noqa: S608
    " AND (:verdict = '' OR verdict = :verdict) ORDER BY message_id LIMIT :limit) ORDER BY m.id"
)
_LOOKED_AT = text(
    "SELECT a.decided_at AS at, m.subject, m.text, m.quoted_spans, a.verdict, a.state = 'kept' AS kept"
    " FROM asides a JOIN messages m ON m.id = a.message_id"
    " WHERE a.state IN ('kept', 'released') AND a.decided_at >= :since AND m.raw_sha256 <> ''"
    " ORDER BY a.decided_at, a.message_id"
)
_ONE = text(f"{_ROWS} AND m.id = :id")
_RELEASE = text(
    "UPDATE messages SET state = 'ready', verdict = :ordinary, attempts = 0, next_try_at = :now,"  # noqa: S608
    " headers = headers || jsonb_build_object(CAST(:mark AS text), CAST(:who AS text))"
    f" WHERE id = :id AND {WITHOUT_CASE}"
    " AND (verdict <> :ordinary OR EXISTS (SELECT FROM asides WHERE message_id = :id)) RETURNING id"
)


class AsideRepository:
    """What was set aside, and what people make of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Set aside what is no case: `message_id, verdict, confidence, reasons, classifier, at`."""
        copy_rows(self._session, Aside, [{"state": AsideState.WAITING, **row} for row in rows])

    def waiting(self, verdict: str, limit: int) -> list[SetAside]:
        """What was found to be no case and nobody has looked at, oldest first; of one verdict, or of all."""
        return self._rows(_WAITING, {"verdict": verdict, "limit": limit})

    def newest(self, verdict: str, limit: int) -> list[SetAside]:
        """What belongs to no case, by the verdict of its connector, or whatever it is; newest first."""
        return self._rows(_NEWEST, {"verdict": verdict, "limit": limit})

    def get(self, message_id: int) -> SetAside | None:
        """One message that belongs to no case, or None."""
        found = self._rows(_ONE, {"id": message_id})
        return found[0] if found else None

    def _rows(self, statement: TextClause, given: Mapping[str, Any]) -> list[SetAside]:
        return [_set_aside(row._mapping) for row in self._session.execute(statement, given)]

    def release(self, message_id: int, mark: str, who: str, now: datetime) -> bool:
        """Send a message on its way as an ordinary one, marked with who did so; False where it has become a
        case, or was none of these."""
        given = {"id": message_id, "mark": mark, "who": who, "now": now, "ordinary": Verdict.ORDINARY}
        if self._session.execute(_RELEASE, given).first() is None:
            return False
        self._decide(message_id, AsideState.RELEASED, who, now, AsideState.WAITING, AsideState.KEPT)
        return True

    def keep(self, message_id: int, who: str, now: datetime) -> bool:
        """Record that somebody looked and left it aside; False where nothing waited for that."""
        return self._decide(message_id, AsideState.KEPT, who, now, AsideState.WAITING)

    def _decide(
        self, message_id: int, state: AsideState, who: str, now: datetime, *before: AsideState
    ) -> bool:
        decided = self._session.execute(
            update(Aside)
            .where(col(Aside.message_id) == message_id, col(Aside.state).in_(before))
            .values(state=state, decided_by=who, decided_at=now)
        )
        return bool(decided.rowcount)  # type: ignore[attr-defined]

    def looked_at(self, since: datetime) -> list[LookedAt]:
        """What people made of messages that were set aside, in the order they said it; each without what it
        quotes."""
        return [_looked_at(row._mapping) for row in self._session.execute(_LOOKED_AT, {"since": since})]

    def waiting_since(self, before: datetime) -> int:
        """How many nobody has looked at since before then."""
        statement = select(func.count()).where(col(Aside.state) == AsideState.WAITING, col(Aside.at) < before)
        return int(self._session.scalar(statement) or 0)


def _set_aside(row: RowMapping) -> SetAside:
    rest = {str(name): value for name, value in row.items() if name not in ("text", "quoted_spans")}
    return SetAside(**rest, text=_own_words(row))


def _looked_at(row: RowMapping) -> LookedAt:
    verdict = NotACase(row["verdict"])
    told = {name: row[name] for name in ("at", "subject", "kept")}
    return LookedAt(**told, text=_own_words(row), verdict=verdict)


def _own_words(row: RowMapping) -> str:
    return own_words(row["text"], [(start, end) for start, end in row["quoted_spans"]])
