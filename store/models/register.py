"""What operators did in the register of citizens: who was merged, who was looked at, what was erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import RegisterLook
from store.models.columns import json_list, json_object, key, one_of, reference


class CitizenMerge(SQLModel, table=True):
    """That one citizen's cases and addresses went to another, and which: what undoing it gives back.

    `name_given` and `identity_given` say that the kept one had none, and was given the other's.
    """

    __tablename__ = "citizen_merges"
    __table_args__ = (
        Index("merges_of_kept", "kept_id"),
        Index("one_merge_at_a_time", "other_id", unique=True, postgresql_where=text("undone_at IS NULL")),
    )

    id: int | None = key()
    kept_id: int = reference("citizens.id")
    other_id: int = reference("citizens.id")
    at: datetime
    actor: str
    why: str
    cases: list[int] = json_list()
    contacts: list[int] = json_list()
    name_given: bool = False
    identity_given: bool = False
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_why: str | None = None


class CitizenLook(SQLModel, table=True):
    """That somebody looked at citizens' data, and what for. What was typed is not kept: it is data itself."""

    __tablename__ = "citizen_looks"
    __table_args__ = (
        one_of("look", RegisterLook),
        Index("looks_by_citizens", "citizens", postgresql_using="gin"),
    )

    id: int | None = key()
    at: datetime
    actor: str
    look: str
    why: str
    citizens: list[int] = json_list()


class Erasure(SQLModel, table=True):
    """The report of an erasure, of one citizen or of cases whose time to be kept is over. `counts` are how
    many of each were erased; nothing here says what. Without `finished_at` it is to be gone on with."""

    __tablename__ = "erasures"
    __table_args__ = (Index("erasures_of_citizen", "citizen_id"),)

    id: int | None = key()
    citizen_id: int | None = reference("citizens.id", nullable=True)
    at: datetime
    actor: str
    why: str
    counts: dict[str, Any] = json_object()
    finished_at: datetime | None = None


class DoomedBlob(SQLModel, table=True):
    """A content that an erasure let go of, or that came again afterwards.

    It is removed once nothing refers to it any more; the row, written in the erasing transaction, outlives
    whoever was to do so.
    """

    __tablename__ = "doomed_blobs"

    sha256: str = Field(primary_key=True)
    erasure_id: int | None = reference("erasures.id", nullable=True)
    at: datetime


class CitizenIdentity(SQLModel, table=True):
    """A citizen's identity number: ciphertext, and the keyed hash by which it is found; one person each."""

    __tablename__ = "citizen_identities"

    citizen_id: int = Field(
        primary_key=True,
        foreign_key="citizens.id",
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    sealed: str
    blind_index: str = Field(unique=True)
    set_at: datetime
    set_by: str
