"""What outside CRMs are told: the published order of what happened, who subscribes, and what they said."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import CrmPause
from store.models.columns import json_object, key, one_of, reference, texts

DELIVERABLE = text("active AND url IS NOT NULL")
TO_BE_TRIED = text("next_try_at IS NOT NULL")


class CrmFeed(SQLModel, table=True):
    """How far history has been published: one row, from the first subscriber on.

    Of what has an id up to `floor` nothing is missing any more. Up to `mark` nothing will be missing once the
    transactions `holders`, which wrote history when it was set, are over. Events up to the position `pruned`
    are gone, save what somebody refused and may still get.
    """

    __tablename__ = "crm_feed"

    id: int = Field(primary_key=True)
    floor: int = Field(sa_type=BigInteger)
    mark: int = Field(sa_type=BigInteger)
    holders: list[str] = texts()
    pruned: int = Field(default=0, sa_type=BigInteger)


class CrmEvent(SQLModel, table=True):
    """A published line of history. Whoever has seen a position will never see a smaller one appear."""

    __tablename__ = "crm_events"

    position: int | None = key()
    event_id: int = Field(sa_type=BigInteger, unique=True)
    case_id: int = Field(sa_type=BigInteger)
    type: str
    published_at: datetime


class CrmSubscriber(SQLModel, table=True):
    """An outside CRM. `secrets` is ciphertext, `token_hash` the SHA-256 of its token.

    Everything up to `cursor` was delivered or set aside. `next_try_at` is when it may be served next, and in
    whose hand it is until then is said by `fence`, which grows whenever it changes hands.
    """

    __tablename__ = "crm_subscribers"
    __table_args__ = (
        one_of("paused_why", CrmPause),
        Index("crm_subscribers_due", "next_try_at", postgresql_where=DELIVERABLE),
    )

    id: int | None = key()
    name: str = Field(unique=True)
    url: str | None = None
    secrets: str
    token_hash: str = Field(unique=True)
    types: list[str] = texts()
    units: list[str] = texts()
    active: bool = True
    cursor: int = Field(default=0, sa_type=BigInteger)
    fence: int = Field(default=0, sa_type=BigInteger)
    attempts: int = 0
    next_try_at: datetime
    failing_since: datetime | None = None
    error: str | None = None
    delivered_at: datetime | None = None
    paused_at: datetime | None = None
    paused_why: str | None = None
    created_at: datetime


class CrmSetAside(SQLModel, table=True):
    """An event that a subscriber refused, or one of the same case behind it, which must not overtake it.

    `next_try_at` is None for one that waits for those before it, and for one that was tried often enough.
    """

    __tablename__ = "crm_set_aside"
    __table_args__ = (
        Index("crm_set_aside_by_case", "subscriber_id", "case_id", "position"),
        Index("crm_set_aside_due", "subscriber_id", "next_try_at", postgresql_where=TO_BE_TRIED),
    )

    subscriber_id: int = Field(primary_key=True, foreign_key="crm_subscribers.id", sa_type=BigInteger)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    case_id: int = Field(sa_type=BigInteger)
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str | None = None


class CrmImport(SQLModel, table=True):
    """What a CRM said by one call, and the answer it got: the same key gets the same one again."""

    __tablename__ = "crm_imports"
    __table_args__ = (Index("crm_imports_by_time", "at"),)

    subscriber_id: int = Field(primary_key=True, foreign_key="crm_subscribers.id", sa_type=BigInteger)
    key: str = Field(primary_key=True)
    case_id: int = reference("cases.id")
    digest: str
    at: datetime
    answer: dict[str, Any] = json_object()
