"""Notifications owed and sent, reports that came before their notice, and the development outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import Medium, NotificationState, Priority
from store.models.columns import json_object, key, loose_reference, one_of, reference, texts


class NotificationRow(SQLModel, table=True):
    """A notice to one recipient. `claimed_at` is set while a worker has it in hand.

    `carried_by` is the notice whose message holds this one's words, too: it leaves with that one and shares
    what becomes of it. `posted_at` is when somebody posted a letter, as far as they said so.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("state", NotificationState),
        one_of("medium", Medium),
        Index("notifications_due", "due_at", "id", postgresql_where=text("state = 'owed'")),
        Index(
            "notifications_due_at_once",
            "due_at",
            "id",
            postgresql_where=text("state = 'owed' AND priority = 'life_safety'"),
        ),
        Index("notifications_in_hand", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index(
            "reminders_lost",
            "due_at",
            postgresql_where=text("state = 'failed' AND case_id IS NULL AND template = 'unit_deadlines'"),
        ),
        Index("notifications_by_recipient", "recipient", "sent_at"),
        Index(
            "notifications_by_gateway",
            "gateway_id",
            postgresql_where=text("gateway_id IS NOT NULL"),
        ),
        Index("notifications_by_case", "case_id"),
        Index("notifications_waiting_for", "recipient", postgresql_where=text("state = 'owed'")),
        Index(
            "notifications_carried",
            "carried_by",
            postgresql_where=text("carried_by IS NOT NULL"),
        ),
        Index(
            "letters_to_post",
            "sent_at",
            postgresql_where=text("medium = 'letter' AND state = 'sent' AND posted_at IS NULL"),
        ),
    )

    id: int | None = key()
    case_id: int | None = reference("cases.id", nullable=True)
    dedupe_key: str = Field(unique=True)
    medium: str
    recipient: str
    template: str
    values: dict[str, Any] = json_object()
    priority: str = Priority.NORMAL
    state: str = NotificationState.OWED
    due_at: datetime
    attempts: int = 0
    claimed_at: datetime | None = None
    account_id: int | None = reference("channel_accounts.id", nullable=True)
    transport: str | None = None
    gateway_id: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: list[str] = texts()
    subject: str | None = None
    automatic: bool = True
    sent_at: datetime | None = None
    reported_at: datetime | None = None
    error: str | None = None
    correlation_id: str
    fallback_of: int | None = reference("notifications.id", nullable=True)
    carried_by: int | None = loose_reference("notifications.id")
    posted_at: datetime | None = None


class ParkedReport(SQLModel, table=True):
    """A delivery report that came before we had recorded what it speaks of."""

    __tablename__ = "parked_reports"

    id: int | None = key()
    gateway_id: str | None = Field(default=None, index=True)
    our_id: str | None = Field(default=None, index=True)
    recipient: str | None = None
    state: str
    reason: str | None = None
    permanent: bool = False
    stopped: bool = False
    window_closed: bool = False
    received_at: datetime = Field(index=True)


class OutboxEntry(SQLModel, table=True):
    """What the console transports would have sent; development only."""

    __tablename__ = "outbox"

    id: int | None = key()
    at: datetime
    medium: str
    recipient: str
    subject: str | None = None
    text: str
    html: str | None = None
    headers: dict[str, Any] = json_object()
