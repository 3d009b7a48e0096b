"""What the store tells of incidents."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one unit has of an incident: how many cases, open ones, dangers to life, and by how many citizens.

    `number` is the incident's first case's, `since` the time of the unit's first, `due_at` the earliest of
    its open ones, `latest` the last numbers in a row.
    """

    first: int
    number: str
    unit: str
    cases: int
    citizens: int
    alarms: int
    open: int
    since: datetime
    due_at: datetime | None
    latest: str


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A case whose priority was raised, from what, and by how many citizens' reports of which first case."""

    case_id: int
    was: str
    citizens: int
    first: str


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An incident as people list it; topic, unit, state and place are its first case's, `priority` is the
    highest of its cases."""

    first: int
    number: str
    topic: str | None
    unit: str
    state: str
    priority: str
    district: str | None
    neighbourhood: str | None
    address: str | None
    cases: int
    citizens: int
    open: int
    since: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """One case of an incident."""

    id: int
    number: str
    state: str
    topic: str | None
    unit: str
    priority: str
    channel: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answerable:
    """An open case that is about to be closed by an answer."""

    case_id: int
    state: str
    confidentiality: str
    channel: str
