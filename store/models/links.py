"""What cases are to one another, and by what later reports of the same thing find them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.vocabulary import LinkKind, LinkState
from store.models.columns import key, one_of, reference


class CaseLink(SQLModel, table=True):
    """A later case's link to an earlier one. An incident's cases all point at its first."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind", name="one_link_of_a_kind"),
        one_of("kind", LinkKind),
        one_of("state", LinkState),
        Index("links_to_case", "other_id"),
        Index("links_by_time", "created_at", postgresql_using="brin"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    other_id: int = reference("cases.id")
    kind: str
    state: str = LinkState.OFFERED
    why: str = ""
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


class CaseMark(SQLModel, table=True):
    """A hash under which a case is found by later messages; forgotten when its time is over.

    No foreign key here: several rows a case, on the way of every message, whose loss would cost a hint.
    """

    __tablename__ = "case_marks"
    __table_args__ = (Index("marks_by_time", "seen_at", postgresql_using="brin"),)

    mark: int = Field(primary_key=True, sa_type=BigInteger)
    seen_at: datetime = Field(primary_key=True)
    case_id: int = Field(primary_key=True, sa_type=BigInteger)


class CaseWords(SQLModel, table=True):
    """The fingerprint of what a case's first message says; forgotten with the marks. Bytes for the sketch: an
    array of two dozen numbers costs ten times as much to write."""

    __tablename__ = "case_words"

    case_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    exact: int = Field(sa_type=BigInteger)
    sketch: bytes = Field(default=b"", sa_type=LargeBinary)
    length: int
    seen_at: datetime = Field(index=True)
