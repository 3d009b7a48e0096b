"""Units, topics and routing rules as operators may edit them; seeded from the shipped default."""

from typing import Any

from sqlmodel import Field, SQLModel

from domain.decisions import Unit
from domain.vocabulary import Confidentiality, MailRhythm, Priority
from store.models.columns import json_object, one_of, texts


class UnitRow(SQLModel, table=True):
    """A unit that solves cases, inside or outside the institution."""

    __tablename__ = "units"
    __table_args__ = (one_of("rhythm", MailRhythm),)

    code: str = Field(primary_key=True)
    name: str
    external: bool = False
    parent: str | None = Field(default=None, foreign_key="units.code")
    emails: list[str] = texts()
    phones: list[str] = texts()
    district: str | None = None
    working_hours: str | None = None
    capacity: int = Unit.capacity
    rhythm: str = Unit.rhythm
    digest_hour: int = Unit.digest_hour
    asks_acceptance: bool = Unit.asks_acceptance


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
    units: list[str] = texts()
    answer: str | None = None
    contact: str | None = None
    retention_days: int | None = None


class RoutingRuleRow(SQLModel, table=True):
    """Who is responsible where a topic alone does not say it. What an operator wrote is checked where it is
    read: a rule at fault must stop nobody's cases but those it covers. One that is not `enabled` is kept."""

    __tablename__ = "routing_rules"

    code: str = Field(primary_key=True)
    name: str
    precedence: int
    unit: str | None = None
    topics: list[str] = texts()
    districts: list[str] = texts()
    neighbourhoods: list[str] = texts()
    place_kinds: list[str] = texts()
    channels: list[str] = texts()
    kinds: list[str] = texts()
    raise_to: str | None = None
    confidentiality: str | None = None
    enabled: bool = True
