"""Values the repositories hand out and take in where a table's row would be too much."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from domain.messages import Accepted, InboundMessage


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One accepted item on its way into the store; `blobs` are the hashes of its original and its files."""

    account_id: int
    item: Accepted
    correlation_id: str
    raw_sha256: str
    attachment_sha256: Sequence[str | None] = ()


@dataclass(frozen=True, kw_only=True)
class Completed:
    """A stored message that was given a fuller text, if that made a difference."""

    id: int
    case_id: int | None
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message a worker has in hand, its row locked.

    `alone` says that it comes by itself, because it was there when something went wrong.
    """

    id: int
    account_id: int
    correlation_id: str
    received_at: datetime
    attempts: int
    alone: bool
    read: Callable[[], InboundMessage]

    @cached_property
    def message(self) -> InboundMessage:
        """What the row says; `raw` is empty, that stays in its blob. Raises ValueError, KeyError or TypeError
        for a row that no version of this program should have written."""
        return self.read()


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """That messages are in hand. `deaths` are those among them that a worker died with before, and how often
    it had nothing else in hand: 0 for one that was only there in company."""

    id: int
    deaths: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What `process` made of a message: the case it belongs to, if it is one."""

    message_id: int
    case_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class KnownCase:
    """What a follow-up needs to know of a case."""

    id: int
    number: str
    state: str
    citizen_id: int | None
    unit: str
    priority: str
    confidentiality: str
    due_at: datetime
    merged_into: int | None = None
    anonymised_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A delivery that came before, as far as those that go on from it must know it."""

    id: int
    account_id: int
    external_id: str
    sender: str | None
    state: str
    text: str
    case_id: int | None


class WordedCase(NamedTuple):
    """One that lies under the mark of its words, and that fingerprint. `position` is that of who asked."""

    position: int
    case_id: int
    exact: int
    sketch: bytes
    length: int


class MarkedCase(NamedTuple):
    """An open case that may be the same report; `exact`, `sketch` and `length` are its words' fingerprint,
    `incident` is the first case of the incident it surely belongs to. `position` is that of who asked."""

    position: int
    case_id: int
    number: str
    citizen_id: int | None
    topic: str | None
    kind: str
    confidentiality: str
    priority: str
    needs_review: bool
    place: dict[str, Any] | None
    opened_at: datetime
    exact: int
    sketch: bytes
    length: int
    incident: int | None


@dataclass(frozen=True, kw_only=True)
class LinkedCase:
    """The case at the other end of a link, and what the link says."""

    kind: str
    state: str
    why: str
    created_at: datetime
    case_id: int
    number: str
    confidentiality: str
    citizen_id: int | None


@dataclass(frozen=True, kw_only=True)
class DueNotice:
    """A claimed notification with what rendering needs; `security_number` is still ciphertext."""

    id: int
    case_id: int | None
    medium: str
    recipient: str
    template: str
    values: dict[str, Any]
    priority: str
    attempts: int
    account_id: int | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    automatic: bool
    correlation_id: str
    due_at: datetime
    security_number: str | None = None
    fallback_of: int | None = None
    carried_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class QueueDepth:
    """What waits at one step: how many, and since when the oldest does."""

    step: str
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Account:
    """A channel account as the program uses it: `secrets` is ciphertext; a change makes `revision` grow."""

    id: int
    channel: str
    name: str
    enabled: bool
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: str | None = None
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page's picture on its way to a message's files; its content is in the blob store already."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How busy an account has been."""

    account_id: int
    messages: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """A case as it stands, and how to read the message it was opened with: that raises what `Claimed` raises.

    `waited` says that the program sent it to review, `judged` that a person has decided about it.
    """

    id: int
    number: str
    topic: str | None
    unit: str
    confidentiality: str
    opened_at: datetime
    waited: bool
    judged: bool
    read: Callable[[], InboundMessage]
