"""Until when a chat may be answered, how fast an account may send, what its provider told of it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.vocabulary import Direction, HealthState
from store.models.columns import key, one_of, reference


class ChatWindow(SQLModel, table=True):
    """A person's conversation with an account of ours whose service lets us answer for a while only.

    `opened_at` is the first message of the time that is running, `last_inbound_at` the latest. `closed_at` is
    set when the service itself said that it is over; the next message opens it again.
    """

    __tablename__ = "chat_windows"

    urn: str = Field(primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    opened_at: datetime
    last_inbound_at: datetime
    closed_at: datetime | None = None


class SendingPace(SQLModel, table=True):
    """From when the next message of an account may leave, so that it keeps to its number's pace (W12)."""

    __tablename__ = "sending_pace"

    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    free_at: datetime


class AccountNews(SQLModel, table=True):
    """What a provider told of one thing of an account (a template, a number, the account itself), latest."""

    __tablename__ = "account_news"
    __table_args__ = (one_of("state", HealthState), one_of("direction", Direction))

    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    subject: str = Field(primary_key=True)
    direction: str
    state: str
    cause: str
    told_at: datetime


class AddressMove(SQLModel, table=True):
    """A person's address that became another one by the provider's own word: the history of the old one."""

    __tablename__ = "address_moves"
    __table_args__ = (
        UniqueConstraint("account_id", "old", "new", "moved_at", name="one_row_per_move"),
        Index("address_moves_by_old", "old"),
    )

    id: int | None = key()
    account_id: int = reference("channel_accounts.id")
    citizen_id: int | None = reference("citizens.id", nullable=True)
    old: str
    new: str
    moved_at: datetime
