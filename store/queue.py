"""The one queue: waiting message rows, claimed in batches under row locks."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from domain.personal import PersonalSpan
from domain.text import storable
from domain.vocabulary import (
    MessageState,
    NotificationState,
    QuarantineState,
    Step,
)
from store.claiming import COLUMNS, claimed
from store.models import BatchClaim, Message, NotificationRow, Quarantined
from store.records import Announcement, Claimed, Outcome, QueueDepth

_WAITING_AT = {MessageState.RECEIVED: Step.READ, MessageState.READY: Step.PROCESS}

# As texts, because the mapper's conversions of rows take as long again as the driver's. `<> 'done'` is there
# for the planner to see the partial index fit.
_DUE = text(
    f"SELECT {COLUMNS} FROM messages"  # noqa: S608
    " WHERE state = :state AND state <> 'done' AND next_try_at <= :now"
    " ORDER BY next_try_at, id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_ONE = text(
    f"SELECT {COLUMNS} FROM messages WHERE id = :id AND state = :state FOR UPDATE SKIP LOCKED"  # noqa: S608
)
_ANNOUNCE = text(
    "INSERT INTO batch_claims (message_ids, claimed_at)"
    " VALUES (to_jsonb(CAST(:ids AS bigint[])), :now) RETURNING id"
)
_ANNOUNCED = text(
    "SELECT id, message_ids FROM batch_claims WHERE EXISTS ("
    "SELECT FROM jsonb_array_elements_text(message_ids) AS named WHERE CAST(named AS bigint) = ANY(:ids)"
    ") ORDER BY id FOR UPDATE"
)
_RETRACT = text("DELETE FROM batch_claims WHERE id = ANY(:ids)")


class QueueRepository:
    """What waits, who has it in hand, what became of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, state: MessageState, limit: int, now: datetime) -> list[Claimed]:
        """Up to `limit` due messages in a state, locked until the transaction ends; oldest first.

        A message that broke a batch before comes alone, when it is the oldest; the others do not wait for it.
        """
        rows = self._session.execute(_DUE, {"state": state, "now": now, "limit": limit}).all()
        together = [row for row in rows if not row.alone]
        return [claimed(row) for row in (rows[:1] if rows and rows[0].alone else together)]

    def claim_one(self, message_id: int, state: MessageState) -> Claimed | None:
        """This very message when it waits in this state and nobody has it in hand, else None."""
        row = self._session.execute(_ONE, {"id": message_id, "state": state}).first()
        return claimed(row) if row else None

    def finish(
        self, outcomes: Sequence[Outcome], personal: Mapping[int, Sequence[PersonalSpan]] | None = None
    ) -> None:
        """Mark messages as done, each with its case and, where somebody has looked, its personal data."""
        found = personal or {}
        spans = [json.dumps(found[o.message_id]) if o.message_id in found else None for o in outcomes]
        self._session.execute(
            text(
                "UPDATE messages SET state = 'done', case_id = done.case_id, last_error = NULL,"
                " personal_spans = done.spans FROM unnest(CAST(:ids AS bigint[]), CAST(:cases AS bigint[]),"
                " CAST(CAST(:spans AS text[]) AS jsonb[])) AS done(id, case_id, spans)"
                " WHERE messages.id = done.id"
            ),
            {
                "ids": [o.message_id for o in outcomes],
                "cases": [o.case_id for o in outcomes],
                "spans": spans,
            },
        )

    def lend(self, message_id: int, attempts: int, until: datetime) -> None:
        """Have nobody else take a message before `until`, though no lock is held; the attempt counts."""
        self._session.execute(
            update(Message).where(col(Message.id) == message_id).values(attempts=attempts, next_try_at=until)
        )

    def make_ready(self, message_id: int, now: datetime) -> None:
        """Pass a message on to `process`: everything slow has been read. Doing it twice does it once."""
        self._session.execute(
            update(Message)
            .where(col(Message.id) == message_id, col(Message.state) == MessageState.RECEIVED)
            .values(state=MessageState.READY, attempts=0, alone=False, last_error=None, next_try_at=now)
        )

    def try_later(self, message_id: int, attempts: int, error: str, at: datetime) -> None:
        """Record a failed attempt; the message waits until `at` and then comes alone."""
        self._session.execute(
            update(Message)
            .where(col(Message.id) == message_id)
            .values(attempts=attempts, last_error=storable(error), next_try_at=at, alone=True)
        )

    def give_up(
        self, message_id: int, step: Step, attempts: int, error: str, trace: str, now: datetime
    ) -> None:
        """Move a message to quarantine, whole, with its error."""
        self._session.execute(
            update(Message)
            .where(col(Message.id) == message_id)
            .values(state=MessageState.QUARANTINED, attempts=attempts, last_error=storable(error))
        )
        self._session.add(
            Quarantined(
                message_id=message_id,
                step=step,
                error=storable(error),
                traceback=storable(trace),
                attempts=attempts,
                created_at=now,
            )
        )

    def let_alone(self, message_id: int, now: datetime) -> None:
        """Have a message come alone, at once."""
        self._session.execute(
            update(Message).where(col(Message.id) == message_id).values(next_try_at=now, alone=True)
        )

    def announce(self, message_ids: Sequence[int], now: datetime) -> Announcement:
        """Say that these messages are in hand, and hear what became of those who said so before.

        The caller holds the messages' locks in another transaction; this one is committed before the work.
        """
        deaths = self._deaths(message_ids)
        claim_id = self._session.scalar(_ANNOUNCE, {"ids": list(message_ids), "now": now})
        return Announcement(id=int(claim_id or 0), deaths=deaths)

    def retract(self, claim_id: int) -> None:
        """Take an announcement back, in the transaction that finishes the work."""
        self._session.execute(_RETRACT, {"ids": [claim_id]})

    def abandoned(self, now: datetime, older_than: timedelta) -> Announcement | None:
        """Messages that a worker died with and that nobody took in hand since, one such claim at a time.

        They are locked until the transaction ends. None when there are no more.
        """
        claims = self._session.scalars(
            select(BatchClaim)
            .where(col(BatchClaim.claimed_at) < now - older_than)
            .order_by(col(BatchClaim.id))
            .with_for_update(skip_locked=True)
        )
        for claim in claims.all():
            waiting = self._session.scalars(
                select(col(Message.id))
                .where(col(Message.id).in_(claim.message_ids), col(Message.state).in_(_WAITING_AT))
                .with_for_update(skip_locked=True)
            )
            if found := [each for each in waiting if each is not None]:
                return Announcement(id=claim.id or 0, deaths=self._deaths(found))
            if not self._still_locked(claim.message_ids):
                self._session.delete(claim)
        return None

    def _deaths(self, message_ids: Sequence[int]) -> dict[int, int]:
        """What is known against these messages, told once: whoever announced them before is dead, since the
        caller holds their locks."""
        claims = self._session.execute(_ANNOUNCED, {"ids": list(message_ids)}).all()
        found: dict[int, int] = {}
        for claim in claims:
            for message_id in set(claim.message_ids).intersection(message_ids):
                found[message_id] = found.get(message_id, 0) + (len(claim.message_ids) == 1)
        if claims:
            self._session.execute(_RETRACT, {"ids": [claim.id for claim in claims]})
        return found

    def _still_locked(self, message_ids: Sequence[int]) -> bool:
        waiting = select(func.count()).where(
            col(Message.id).in_(message_ids), col(Message.state).in_(_WAITING_AT)
        )
        return bool(self._session.scalar(waiting))

    def depths(self) -> list[QueueDepth]:
        """What waits at each step, and since when."""
        rows = self._session.execute(
            select(col(Message.state), func.count(), func.min(col(Message.received_at)))
            .where(col(Message.state) != MessageState.DONE)
            .group_by(col(Message.state))
        ).all()
        found = {row[0]: (int(row[1]), row[2]) for row in rows}
        depths = [
            QueueDepth(step=step, waiting=waiting, oldest_at=oldest_at)
            for state, step in _WAITING_AT.items()
            for waiting, oldest_at in [found.get(state, (0, None))]
        ]
        owed = self._session.execute(
            select(func.count(), func.min(col(NotificationRow.due_at))).where(
                col(NotificationRow.state) == NotificationState.OWED
            )
        ).one()
        depths.append(QueueDepth(step=Step.NOTIFY, waiting=int(owed[0]), oldest_at=owed[1]))
        return depths

    def quarantined(self) -> int:
        """How many originals wait in quarantine."""
        statement = select(func.count()).where(col(Quarantined.state) == QuarantineState.WAITING)
        return int(self._session.scalar(statement) or 0)

    def has_due(self, state: MessageState, now: datetime) -> bool:
        """Whether a message in this state is due."""
        statement = (
            select(col(Message.id))
            .where(col(Message.state) == state, col(Message.next_try_at) <= now)
            .limit(1)
        )
        return self._session.execute(statement).first() is not None
