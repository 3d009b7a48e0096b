"""What reviewers decided about cases, and the messages that are set aside as no case."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import AsideState, NotACase, ReviewOutcome
from store.models.columns import json_list, json_object, key, one_of, reference


class Review(SQLModel, table=True):
    """One decision about one case. `before` and `after` are the case's columns that it could change,
    `withdrawn` are the notices it took back; one that was undone keeps its row."""

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("outcome", ReviewOutcome),
        one_of("not_a_case", NotACase),
        Index("reviews_of_case", "case_id", "id"),
        Index("reviews_by_reviewer", "reviewer", "id"),
        Index("reviews_by_time", "at"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    at: datetime
    reviewer: str
    outcome: str
    topic: str | None = None
    kind: str
    not_a_case: str | None = None
    previous_topic: str | None = None
    previous_kind: str
    classifier: str
    confidence: float
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    withdrawn: list[int] = json_list()
    undone_at: datetime | None = None


class Aside(SQLModel, table=True):
    """A message that was found to be no case. It waits for somebody to look: kept aside, or released.

    `confidence` is that of the likeliest topic: the higher, the more it may be a case after all.
    """

    __tablename__ = "asides"
    __table_args__ = (
        one_of("verdict", NotACase),
        one_of("state", AsideState),
        Index("asides_waiting", "verdict", "message_id", postgresql_where=text("state = 'waiting'")),
    )

    message_id: int = Field(
        primary_key=True,
        foreign_key="messages.id",
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    verdict: str
    confidence: float
    reasons: list[str] = json_list()
    classifier: str
    at: datetime
    state: str = AsideState.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None
