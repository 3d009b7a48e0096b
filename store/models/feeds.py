"""Feeds of other institutions: up to where each has been answered."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class FeedState(SQLModel, table=True):
    """What a feed's institution has been told. `night` is the last day of Istanbul's calendar whose answers
    were seen to; `told_through` is when the newest answer file was made up."""

    __tablename__ = "feed_states"

    account_id: int = Field(primary_key=True, foreign_key="channel_accounts.id", sa_type=BigInteger)
    night: date | None = None
    told_through: datetime | None = None
