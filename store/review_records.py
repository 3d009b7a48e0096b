"""What the store tells of what waits for people, and of what they decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.vocabulary import CaseKind, NotACase, ReviewOutcome


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a reviewer said a case is about, and what the classifier had said.

    `topic` is None where `not_a_case` says that the message asks nothing of the desk.
    """

    id: int
    case_id: int
    at: datetime
    subject: str | None
    text: str
    topic: str | None
    kind: CaseKind
    not_a_case: NotACase | None
    previous_topic: str | None
    previous_kind: CaseKind
    outcome: ReviewOutcome
    classifier: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """A message that was found to be no case, and whether the person who looked at it then agreed."""

    at: datetime
    subject: str | None
    text: str
    verdict: NotACase
    kept: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many cases wait for a person for one reason, and since when the oldest does; `claimed` are in
    somebody's hand."""

    why: str | None
    topic: str | None
    priority: str
    waiting: int
    claimed: int
    oldest_at: datetime


@dataclass(frozen=True, kw_only=True)
class Week:
    """The cases opened in the week that begins on a Monday, and their mean confidence."""

    monday: date
    cases: int
    confidence: float


@dataclass(frozen=True, kw_only=True)
class TopicWeek:
    """What people said in a week of cases of a topic: looked at, found wrong, and how many the confidences
    led to expect. None stands for all weeks, and for all topics or cases without one."""

    monday: date | None
    topic: str | None
    reviewed: int
    corrected: int
    expected: float


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """How many cases have waited for a person for too long, and which has for longest."""

    number: str
    opened_at: datetime
    waiting: int


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A message that belongs to no case. One that was found to be none has a `state`, `reasons`, and the
    `confidence` of its likeliest topic; a machine's own message has only its connector's verdict."""

    id: int
    channel: str
    verdict: str
    received_at: datetime
    sender: str | None
    subject: str | None
    text: str
    confidence: float | None
    reasons: Sequence[str]
    state: str | None
    decided_by: str | None
