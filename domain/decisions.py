"""What the router decides: the values it works on and the values it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.messages import Place
from domain.vocabulary import CaseKind, Channel, Confidentiality, MailRhythm, NotACase, Priority

DISTRICT_MUNICIPALITY = "@district"
"""A topic's unit that means: the municipality of the district the case lies in."""
TURKISH = "tr"
"""The language of the desk, as ISO 639-1 names it."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit that solves cases, inside or outside the institution. `code` is its key, `name` is shown.

    `capacity` is how many open cases it can carry, for topics that several units share. `rhythm` is how it
    wants its new cases, in a daily mail at the full hour `digest_hour` of Istanbul's clock; `asks_acceptance`
    says that it is reminded of cases it has not accepted.
    """

    code: str
    name: str
    external: bool = False
    parent: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    district: str | None = None
    working_hours: str | None = None
    capacity: int = 100
    rhythm: MailRhythm = MailRhythm.AT_ONCE
    digest_hour: int = 8
    asks_acceptance: bool = True


@dataclass(frozen=True, kw_only=True)
class ResolutionTime:
    """The desk's promise for a topic: hours, or working days, exactly one of them."""

    hours: int | None = None
    working_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a case can be about. `words` maps words or phrases to their weight.

    They keep their Turkish letters, since `çök` and `çok` are folded alike: whoever compares them folds them.
    `units` are those that share it, `unit` the first of them; empty where one has it alone. `answer` tells a
    citizen who is responsible where nobody can do anything with a forwarded petition: such a case is closed
    with it. `contact` is how to reach the responsible body at once, short enough for an SMS. `retention_days`
    is how long people stay in its closed cases, None where nobody set an end.
    """

    code: str
    name: str
    unit: str
    resolution_time: ResolutionTime
    words: Mapping[str, float]
    priority: Priority = Priority.NORMAL
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    kinds: tuple[CaseKind, ...] = ()
    needed: tuple[str, ...] = ()
    district_fallback: str | None = None
    units: tuple[str, ...] = ()
    answer: str | None = None
    contact: str | None = None
    retention_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the classifier is asked about one message. `by_person` says that the answer is a person's."""

    text: str
    subject: str | None = None
    channel: Channel | None = None
    place: Place | None = None
    topic_hint: str | None = None
    hide_identity: bool = False
    kind_hint: CaseKind | None = None
    illegible: bool = False
    by_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A topic the classifier also thought of, with its confidence between 0 and 1."""

    topic: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Classification:
    """What a message is about. `topic` is None when nothing fits; `reasons` are shown to reviewers.

    `sure` says that the topic is certain enough to act on without a person. `not_a_case` names what the
    message is instead of a case. `language` is its ISO 639-1 code.
    """

    kind: CaseKind
    topic: str | None
    confidence: float
    place: Place | None = None
    alternatives: Sequence[Alternative] = ()
    reasons: Sequence[str] = ()
    life_safety: bool = False
    confidentiality: Confidentiality | None = None
    sure: bool = False
    not_a_case: NotACase | None = None
    language: str = TURKISH


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Who must solve a case, how fast and how discreetly. Datetimes are UTC.

    `due_at` is the stricter of `promised_at` (the topic's) and `legal_due_at` (the law's ceiling). `rule` is
    the code of the rule that decided, `fault` what is wrong with one that should have. `answered` says that
    the case is closed by the topic's own answer: it is nobody's here.
    """

    unit: str
    priority: Priority
    confidentiality: Confidentiality
    promised_at: datetime
    legal_due_at: datetime
    needs_review: bool
    reasons: Sequence[str] = field(default_factory=tuple)
    rule: str | None = None
    fault: str | None = None
    answered: bool = False

    @property
    def due_at(self) -> datetime:
        """The time that drives reminders and escalation."""
        return min(self.promised_at, self.legal_due_at)
