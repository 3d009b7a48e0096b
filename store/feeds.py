"""Feeds of other institutions: what came of each, what of it became of cases, and what was told back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.vocabulary import CaseEventKind, MessageState
from store.models import FeedState, Message

_TOLD = (
    CaseEventKind.OPENED,
    CaseEventKind.ASSIGNED,
    CaseEventKind.SENT_TO_REVIEW,
    CaseEventKind.STATE_CHANGED,
)
"""What of a case's history an institution hears of."""
_FROM_CASES = (
    "cases c JOIN cases t ON t.id = COALESCE(c.merged_into, c.id)"
    " CROSS JOIN LATERAL (SELECT max(at) AS changed_at FROM case_events"
    "  WHERE case_id = t.id AND kind = ANY(:kinds)) AS seen"
)
_FROM_EVENTS = (  # a night's events are few, the cases of a feed grow for ever
    "(SELECT case_id, max(at) AS changed_at FROM case_events"
    "  WHERE at >= :since AND kind = ANY(:kinds) GROUP BY case_id) AS seen"
    " JOIN cases t ON t.id = seen.case_id"
    " CROSS JOIN LATERAL (SELECT seen.case_id AS id WHERE t.merged_into IS NULL"
    "  UNION ALL SELECT id FROM cases WHERE merged_into = seen.case_id) AS told"
    " JOIN cases c ON c.id = told.id"
)
_STANDING = (
    "SELECT c.external_reference AS reference, t.number, t.state, u.name AS unit, seen.changed_at,"
    " last.answer, last.at AS answered_at FROM {seen} JOIN units u ON u.code = t.unit"
    " LEFT JOIN LATERAL (SELECT at, detail->>'why' AS answer FROM case_events"
    "  WHERE case_id = t.id AND kind = :closing AND detail->>'to' = t.state ORDER BY id DESC LIMIT 1)"
    "  AS last ON true"
    " WHERE c.channel = :channel AND c.external_reference IS NOT NULL"
    " AND EXISTS (SELECT FROM messages m WHERE m.case_id = c.id AND m.account_id = :account)"
    " ORDER BY c.external_reference"
)
_AT_ONCE = 5000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a reference's case stands, in UTC. `answer` is what was said when it took its state."""

    reference: str
    number: str
    state: str
    unit: str
    changed_at: datetime
    answer: str | None
    answered_at: datetime | None


class FeedRepository:
    """Rows, originals and answers of feeds."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def external_ids(self, account_id: int) -> Iterator[str]:
        """Of everything that the feed ever brought, understood or not, a few at a time."""
        statement = select(col(Message.external_id)).where(col(Message.account_id) == account_id)
        yield from self._session.scalars(statement.execution_options(yield_per=_AT_ONCE))

    def original_before(self, content_key: str, message_id: int) -> str | None:
        """The hash of what a reference's row was before this delivery of it, or None."""
        statement = (
            select(col(Message.raw_sha256))
            .where(col(Message.content_key) == content_key, col(Message.id) < message_id)
            .order_by(col(Message.id).desc())
            .limit(1)
        )
        return self._session.scalar(statement)

    def waiting_before(self, content_key: str, message_id: int) -> bool:
        """Whether an earlier delivery of a reference's row is still to be handled."""
        statement = (
            select(col(Message.id))
            .where(
                col(Message.content_key) == content_key,
                col(Message.id) < message_id,
                col(Message.state).in_((MessageState.RECEIVED, MessageState.READY)),
            )
            .limit(1)
        )
        return self._session.execute(statement).first() is not None

    def tighten(self, case_id: int, due_at: datetime) -> None:
        """Have a case be due at this time (aware) where it would be later."""
        self._session.execute(
            text(
                "UPDATE cases SET legal_due_at = LEAST(legal_due_at, :due), due_at = LEAST(due_at, :due)"
                " WHERE id = :id"
            ),
            {"id": case_id, "due": due_at},
        )

    def behind(self, channels: Sequence[str], today: date) -> list[int]:
        """The enabled accounts with an answer folder whose answers of this day were not seen to yet."""
        rows = self._session.execute(
            text(
                "SELECT a.id FROM channel_accounts a LEFT JOIN feed_states f ON f.account_id = a.id"
                " WHERE a.enabled AND a.channel = ANY(:channels) AND a.settings->>'answer_folder' IS NOT NULL"
                " AND (f.night IS NULL OR f.night < :today) ORDER BY a.id"
            ),
            {"channels": list(channels), "today": today},
        )
        return [row.id for row in rows]

    def claim(self, account_id: int, *, night: date | None = None) -> FeedState | None:
        """The feed's state, locked until the transaction ends; None while somebody else has it in hand, or
        when this night (of Istanbul's calendar) is seen to already."""
        fresh = insert(FeedState).values(account_id=account_id)
        self._session.execute(fresh.on_conflict_do_nothing())
        statement = select(FeedState).where(col(FeedState.account_id) == account_id)
        if night:
            statement = statement.where(col(FeedState.night).is_(None) | (col(FeedState.night) < night))
        return self._session.scalars(statement.with_for_update(skip_locked=True)).one_or_none()

    def settle(self, account_id: int, *, night: date | None, told_through: datetime | None) -> None:
        """Record what was seen to; what is None stays as it was. The caller holds the claim."""
        values: dict[str, object] = {"night": night, "told_through": told_through}
        given = {name: value for name, value in values.items() if value is not None}
        if given:
            self._session.execute(
                update(FeedState).where(col(FeedState.account_id) == account_id).values(**given)
            )

    def standings(self, account_id: int, channel: str, since: datetime | None) -> list[Standing]:
        """Where the cases of a feed stand whose state changed since an aware time, by reference; all of them
        with None."""
        given = {"account": account_id, "channel": channel, "kinds": list(_TOLD)}
        given |= {"closing": CaseEventKind.STATE_CHANGED} | ({"since": since} if since else {})
        statement = _STANDING.format(seen=_FROM_EVENTS if since else _FROM_CASES)
        rows = self._session.execute(text(statement), given)
        return [Standing(**row._mapping) for row in rows]
