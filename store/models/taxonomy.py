"""Units and topics as operators may edit them; seeded from the shipped default."""

from typing import Any

from sqlmodel import Field, SQLModel

from domain.vocabulary import Confidentiality, Priority
from store.models.columns import json_object, texts


class UnitRow(SQLModel, table=True):
    """A unit that solves cases, inside or outside the institution."""

    __tablename__ = "units"

    code: str = Field(primary_key=True)
    name: str
    external: bool = False
    parent: str | None = Field(default=None, foreign_key="units.code")
    emails: list[str] = texts()
    phones: list[str] = texts()
    district: str | None = None
    working_hours: str | None = None


class TopicRow(SQLModel, table=True):
    """What a case can be about. `unit` may be the district's own municipality, so it is no foreign key."""

    __tablename__ = "topics"

    code: str = Field(primary_key=True)
    name: str
    unit: str
    hours: int | None = None
    working_days: int | None = None
    words: dict[str, Any] = json_object()
    priority: str = Priority.NORMAL
    confidentiality: str = Confidentiality.PUBLIC
    kinds: list[str] = texts()
    needed: list[str] = texts()
    district_fallback: str | None = None
