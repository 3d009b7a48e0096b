"""What connectors and the pipeline hand one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.errors import DeskError
from domain.messages import Accepted, DeliveryReport
from domain.urn import Urn
from domain.vocabulary import Direction, HealthState


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one poll brought: oldest first, and the cursor that is stored in the same transaction.

    `more` says that the source holds more right now. `handles` is the connector's own, for `acknowledge`.
    `trouble` is why a part of the source could not be read while the rest could: it is told, not waited for.
    """

    items: Sequence[Accepted]
    cursor: str
    more: bool = False
    reports: Sequence[DeliveryReport] = ()
    handles: Sequence[Any] = ()
    backlog: int | None = None
    trouble: DeskError | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookRequest:
    """A webhook call as it came: nothing decoded. Header names are lower case; `path` is what follows the
    account's own address; `query` holds the decoded pairs in order, `raw_query` what stood behind the `?`."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    client: str = ""
    raw_query: str = ""


@dataclass(frozen=True, kw_only=True)
class WebhookReply:
    """What the provider is to be answered once everything is committed."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class HealthEvent:
    """What a provider told about an account of ours (W11). `subject` is what it speaks of (a template, a
    number, the account), so that good news of one thing never hides bad news of another; `cause` holds the
    provider's own words. Neither holds anything of a citizen's."""

    direction: Direction
    state: HealthState
    subject: str
    cause: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AddressChange:
    """A person is reached at another address of the channel from now on, by the provider's own word (W9)."""

    old: Urn
    new: Urn
    at: datetime | None = None


ChannelEvent = HealthEvent | AddressChange


@dataclass(frozen=True, kw_only=True)
class Received:
    """What one webhook call brought, and the answer that is due after the commit."""

    items: Sequence[Accepted] = ()
    reports: Sequence[DeliveryReport] = ()
    events: Sequence[ChannelEvent] = ()
    reply: WebhookReply = field(default_factory=WebhookReply)


@dataclass(frozen=True, kw_only=True)
class TranscribedPage:
    """One page of a scan: its text and how sure that is, from 0 to 100 (None: nothing stands on it).

    `clear` says that it counts as read; what does not comes with its `picture`, a PNG. `doubtful` are words
    that no message should be addressed by.
    """

    text: str
    confidence: int | None = None
    clear: bool = True
    doubtful: frozenset[str] = frozenset()
    picture: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """What could be read of a scan; `problem` is why there is no more, for whoever looks into it."""

    pages: Sequence[TranscribedPage] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class OutboundText:
    """What a sending connector is asked to deliver. `our_id` is stable over retries of one notification."""

    recipient: Urn
    text: str
    our_id: str
    subject: str | None = None
    report_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovedText:
    """A text the provider has approved, standing for one of our notices. `parameters` name the notice's
    values that fill its places, in order."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()
