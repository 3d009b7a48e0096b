"""How long topics really take."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.expectation import EVERYWHERE


class Turnaround(SQLModel, table=True):
    """Within how many working days most cases of a topic were closed, in a district or everywhere.

    A topic that was closed too rarely has no row. Measured anew each night; of a topic that was taken away
    since, too, so it is no foreign key.
    """

    __tablename__ = "turnarounds"

    topic: str = Field(primary_key=True)
    district: str = Field(default=EVERYWHERE, primary_key=True)
    cases: int
    working_days: int
    measured_at: datetime
