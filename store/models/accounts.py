"""Channel accounts with their encrypted credentials, how they are doing, and where their reading stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from domain.vocabulary import Direction, HealthState
from store.models.columns import json_object, key, one_of


class ChannelAccount(SQLModel, table=True):
    """One mailbox, bot, page or short code. `secrets` is ciphertext under the key named by `key_id`.

    `revision` grows with every change an operator makes, not with a token that its provider replaces.
    """

    __tablename__ = "channel_accounts"

    id: int | None = key()
    channel: str
    name: str = Field(unique=True)
    enabled: bool = True
    settings: dict[str, Any] = json_object()
    secrets: str | None = None
    key_id: str | None = None
    revision: int = 1
    created_at: datetime


class Cursor(SQLModel, table=True):
    """How far an account has been read; moved in the transaction that stores what was read."""

    __tablename__ = "cursors"

    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    value: str = ""
    moved_at: datetime


class Lease(SQLModel, table=True):
    """Who may work on something alone, over all hosts, until when. `fence` grows with every new holder."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    fence: int = Field(default=1, sa_type=BigInteger)
    expires_at: datetime


class AccountHealth(SQLModel, table=True):
    """How one direction of an account is doing, and since when somebody has been told of it."""

    __tablename__ = "account_health"
    __table_args__ = (one_of("state", HealthState), one_of("direction", Direction))

    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    direction: str = Field(primary_key=True)
    state: str = HealthState.OK
    cause: str | None = None
    failures: int = 0
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    last_message_at: datetime | None = None
    not_before: datetime | None = None
    alerted_at: datetime | None = None
    backlog: int | None = None
