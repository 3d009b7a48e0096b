"""What units were told of their cases' time."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.vocabulary import Stage
from store.models.columns import key, one_of, reference


class Reminder(SQLModel, table=True):
    """That a unit was told of one stage of one due time of a case, and in which run of the sweep (`at`).

    `step` counts how far up the tree of units it went: 0 is the case's own. A run's rows for a unit are one
    mail, which reads them when it leaves.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        one_of("stage", Stage),
        UniqueConstraint("case_id", "due_at", "stage", "step", "unit", name="one_reminder_a_stage"),
        Index("reminders_of_run", "unit", "at"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    due_at: datetime
    stage: str
    step: int = 0
    unit: str = Field(foreign_key="units.code")
    at: datetime
