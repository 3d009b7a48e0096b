"""Deliveries, their files, and what the program could not handle: a message is its own place in the queue."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import MessageState, QuarantineState, ScanState, Verdict
from store.models.columns import json_list, json_object, json_or_null, key, one_of, reference, texts

WITHOUT_CASE = "state = 'done' AND case_id IS NULL AND raw_sha256 <> ''"
"""The SQL of what was handled, belongs to no case and has not been erased."""


class Message(SQLModel, table=True):
    """One delivery. The original lies in the blob store under `raw_sha256`, whole and unchanged.

    `personal_spans` are kind, start and end of the personal data in `text`; None while nobody has looked.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id", name="one_row_per_delivery"),
        one_of("state", MessageState),
        one_of("verdict", Verdict),
        Index("messages_waiting", "state", "next_try_at", "id", postgresql_where=text("state <> 'done'")),
        Index("messages_by_content", "content_key", postgresql_where=text("content_key IS NOT NULL")),
        Index("messages_by_time", "received_at", postgresql_using="brin"),
        Index("messages_by_original", "raw_sha256", postgresql_using="hash"),
        Index("messages_by_sender", "sender", postgresql_where=text("sender IS NOT NULL")),
        Index("messages_without_case", "received_at", postgresql_where=text(WITHOUT_CASE)),
        Index("messages_by_case", "case_id", postgresql_where=text("case_id IS NOT NULL")),
    )

    id: int | None = key()
    account_id: int = reference("channel_accounts.id")
    channel: str
    external_id: str
    state: str = MessageState.READY
    attempts: int = 0
    alone: bool = False
    next_try_at: datetime
    last_error: str | None = None
    correlation_id: str
    received_at: datetime
    sent_at: datetime | None = None
    sender: str | None = None
    sender_name: str | None = None
    contacts: list[str] = texts()
    recipients: list[str] = texts()
    subject: str | None = None
    text: str = ""
    html: str | None = None
    quoted_spans: list[list[int]] = json_list()
    personal_spans: list[list[Any]] | None = json_or_null()
    in_reply_to: str | None = None
    references: list[str] = texts()
    verdict: str = Verdict.ORDINARY
    private: bool = True
    hide_identity: bool = False
    place: dict[str, Any] | None = json_or_null()
    external_reference: str | None = None
    headers: dict[str, Any] = json_object()
    reports: list[dict[str, Any]] = json_list()
    charset: str | None = None
    content_key: str | None = None
    raw_sha256: str
    raw_size: int
    case_id: int | None = reference("cases.id", nullable=True)


class MessageAttachment(SQLModel, table=True):
    """A file that came with a message; `sha256` is empty while it is missing, and `note` says why.

    A file with a virus is kept under `withheld_sha256`, where nothing that shows or sends files looks.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_by_message", "message_id"),
        Index(
            "attachments_by_content",
            "sha256",
            postgresql_using="hash",
            postgresql_where=text("sha256 IS NOT NULL"),
        ),
        Index(
            "attachments_withheld",
            "withheld_sha256",
            postgresql_using="hash",
            postgresql_where=text("withheld_sha256 IS NOT NULL"),
        ),
        one_of("scan", ScanState),
    )

    id: int | None = key()
    message_id: int = reference("messages.id")
    name: str
    media_type: str
    size: int = 0
    sha256: str | None = None
    inline: bool = False
    content_id: str | None = None
    note: str | None = None
    source: str | None = None
    scan: str | None = None
    withheld_sha256: str | None = None


class Quarantined(SQLModel, table=True):
    """Something the program could not handle: kept with its error until somebody replays it."""

    __tablename__ = "quarantine"
    __table_args__ = (
        one_of("state", QuarantineState),
        Index("quarantine_waiting", "created_at", postgresql_where=text("state = 'waiting'")),
    )

    id: int | None = key()
    message_id: int = reference("messages.id", index=True)
    step: str
    state: str = QuarantineState.WAITING
    error: str
    traceback: str = ""
    attempts: int = 1
    created_at: datetime
    replayed_at: datetime | None = None


class BatchClaim(SQLModel, table=True):
    """Which messages a worker has in hand. It is removed in the transaction that finishes them, so a claim
    that outlives the row locks tells of a worker that died, and how often these messages were there."""

    __tablename__ = "batch_claims"

    id: int | None = key()
    message_ids: list[int] = json_list()
    claimed_at: datetime = Field(index=True)
