"""What passes between the parts of the process step."""

from dataclasses import dataclass, field
from typing import Any

from domain.decisions import Assignment, Classification
from domain.notices import Notification
from domain.vocabulary import Confidentiality
from store.records import Claimed, KnownCase, Outcome

Owed = list[tuple[int | None, str, Notification]]
"""Notices owed, each with its case and the correlation id it belongs to."""

Judged = tuple[Classification, Assignment]
"""What was made of a message."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """A citizen's message that joined a case. A `part` of an album goes where the rest of it went, open or
    not; any other joins an open case."""

    case_id: int
    message_id: int
    correlation_id: str
    part: bool = False


@dataclass
class Work:
    """What one batch writes, gathered so that each table is written once."""

    outcomes: list[Outcome] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    owed: Owed = field(default_factory=list)
    added: list[Added] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A message that opens a case; `related` is an earlier case it may belong to, `degree` how discreet that
    one is which it surely goes on from. One that is `doubted` is for a person to look at, whatever it seems
    to be about."""

    claimed: Claimed
    related: KnownCase | None = None
    degree: Confidentiality = Confidentiality.PUBLIC
    doubted: bool = False
