"""What the program could not handle: listed, shown, replayed. What it set aside without a case: counted."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from domain.vocabulary import MessageState, QuarantineState
from store.models import Message, Quarantined


class QuarantineRepository:
    """The quarantine of every channel."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, *, channel: str | None = None) -> list[tuple[Quarantined, Message]]:
        """Everything that waits for a replay, oldest first, with its message."""
        statement = (
            select(Quarantined, Message)
            .join(Message, col(Message.id) == col(Quarantined.message_id))
            .where(col(Quarantined.state) == QuarantineState.WAITING)
            .order_by(col(Quarantined.id))
        )
        if channel:
            statement = statement.where(col(Message.channel) == channel)
        return [(row[0], row[1]) for row in self._session.execute(statement)]

    def get(self, quarantine_id: int) -> tuple[Quarantined, Message] | None:
        """One entry with its message, or None."""
        row = self._session.execute(
            select(Quarantined, Message)
            .join(Message, col(Message.id) == col(Quarantined.message_id))
            .where(col(Quarantined.id) == quarantine_id)
        ).first()
        return (row[0], row[1]) if row else None

    def take(self, quarantine_id: int, now: datetime) -> bool:
        """Mark an entry as replayed; False when somebody else did before."""
        taken = self._session.execute(
            update(Quarantined)
            .where(col(Quarantined.id) == quarantine_id, col(Quarantined.state) == QuarantineState.WAITING)
            .values(state=QuarantineState.REPLAYED, replayed_at=now)
        )
        return bool(taken.rowcount)  # type: ignore[attr-defined]

    def release(self, message_id: int, state: MessageState, now: datetime) -> None:
        """Put a message back into the queue at a step, its attempts forgiven."""
        self._session.execute(
            update(Message)
            .where(col(Message.id) == message_id, col(Message.state) == MessageState.QUARANTINED)
            .values(state=state, attempts=0, next_try_at=now, alone=True)
        )

    def without_case(self) -> list[tuple[str, str, int, datetime]]:
        """(channel, verdict, how many, the newest's arrival) of what was handled and belongs to no case."""
        rows = self._session.execute(
            select(
                col(Message.channel), col(Message.verdict), func.count(), func.max(col(Message.received_at))
            )
            .where(col(Message.state) == MessageState.DONE, col(Message.case_id).is_(None))
            .group_by(col(Message.channel), col(Message.verdict))
            .order_by(col(Message.channel), col(Message.verdict))
        ).all()
        return [(row[0], row[1], int(row[2]), row[3]) for row in rows]
