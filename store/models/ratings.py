"""How citizens found the service, once for each closing of a case."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from store.models.columns import key, reference


class Rating(SQLModel, table=True):
    """A citizen's mark from 1 (bad) to 5 (good) for how a case was closed at `closed_at`, with words if they
    wrote any. A case that was opened again and closed anew may be rated anew."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("case_id", "closed_at", name="one_rating_a_closing"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_is_known"),
        Index("ratings_by_closing", "closed_at", postgresql_using="brin"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    closed_at: datetime
    score: int
    comment: str = ""
    at: datetime
