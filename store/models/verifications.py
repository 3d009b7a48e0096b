"""Phones that are proven by a code: what was asked for, and the session that followed."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class PhoneVerification(SQLModel, table=True):
    """One code sent to one phone. `code_hash` is a keyed hash; the code itself is nowhere but in its notice,
    encrypted. Once verified, the same row is the session that its token names."""

    __tablename__ = "phone_verifications"
    __table_args__ = (Index("verifications_by_time", "created_at"),)

    id: str = Field(primary_key=True)
    phone: str
    client: str
    code_hash: str
    attempts: int = 0
    created_at: datetime
    expires_at: datetime
    verified_at: datetime | None = None
    session_until: datetime | None = None
    revoked_at: datetime | None = None
