"""What was answered to citizens: one text may serve the many cases of an incident."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from store.models.columns import key, reference


class Answer(SQLModel, table=True):
    """An answer in words. `incident_id` is the first case of the incident it is given to, case after case,
    until `finished_at`; a notice and a line of a case's history name the answer by its key."""

    __tablename__ = "answers"
    __table_args__ = (
        Index("answers_of_incident", "incident_id", "id", postgresql_where=text("incident_id IS NOT NULL")),
    )

    id: int | None = key()
    incident_id: int | None = reference("cases.id", nullable=True)
    text: str
    actor: str
    at: datetime
    finished_at: datetime | None = None
