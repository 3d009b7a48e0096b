"""Parts of long messages, as they came, until and after they are put together."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from store.models.columns import key, reference, texts


class MessagePart(SQLModel, table=True):
    """One part of a long message: a delivery of its own, whose original lies in the blob store.

    `content` is its text as a JSON string, because half a letter, cut between two parts, is no text.
    `message_id` is the message it has gone into; `due_at` is when that is made even if others are missing.
    """

    __tablename__ = "message_parts"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id", name="one_row_per_part"),
        Index("parts_of_one_message", "account_id", "sender", "reference_number", "total"),
        Index("parts_by_original", "raw_sha256", postgresql_using="hash"),
        Index("parts_waiting", "due_at", postgresql_where=text("message_id IS NULL")),
    )

    id: int | None = key()
    account_id: int = reference("channel_accounts.id")
    channel: str
    external_id: str
    sender: str
    recipients: list[str] = texts()
    reference_number: int
    total: int
    number: int
    content: str
    charset: str | None = None
    received_at: datetime
    due_at: datetime
    raw_sha256: str
    raw_size: int
    message_id: int | None = reference("messages.id", index=True, nullable=True)
