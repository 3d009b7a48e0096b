"""The contract of a connector.

A connector is built from a `ConnectorContext` and has one or more of the powers below. It hands over values
and raises the errors of `domain.errors`; it touches no database and no queue, and reads no clock but `now`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from domain.errors import DeskError
from domain.messages import Accepted, DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Direction, HealthState


@dataclass(frozen=True, kw_only=True)
class ConnectorContext:
    """What a connector is built from.

    `settings` is its validated model (secrets are `SecretStr`); `public_url` is where this account's webhook
    is reached from outside, as configured, never as a request claims; `instance` identifies this desk in loop
    headers and `token_key` signs and checks its thread tokens.
    """

    account_id: int
    name: str
    settings: Any
    now: Callable[[], datetime]
    public_url: str = ""
    instance: str = "beyazmasa"
    token_key: bytes = b""


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


@runtime_checkable
class PollConnector(Protocol):
    """Asks its source for what is new."""

    def poll(self, cursor: str) -> Batch:
        """What came since the cursor (empty at first). Raises a DeskError; blocks under a deadline only."""
        ...

    def close(self) -> None:
        """Drop any open connection. Never raises."""
        ...


@runtime_checkable
class Waiting(Protocol):
    """Can wait for news instead of being asked every so often."""

    def wait(self, seconds: float) -> None:
        """Return as soon as something may be new, at the latest after the given seconds."""
        ...


@runtime_checkable
class Acknowledging(Protocol):
    """Tells its source what was taken, after the commit. Failing loses nothing: it may happen again."""

    def acknowledge(self, batch: Batch) -> None:
        """Tell the source that the batch is safely stored."""
        ...


@runtime_checkable
class WebhookConnector(Protocol):
    """Is called by its source."""

    def receive(self, request: WebhookRequest) -> Received:
        """Read the call; a wrong signature raises SignatureRejectedError before the body is looked at."""
        ...


@runtime_checkable
class Parsing(Protocol):
    """Understands an original by itself: no network, no clock, no database. Replay depends on it."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one stored original. Raises UnreadableMessageError, nothing else."""
        ...


@runtime_checkable
class Fetching(Protocol):
    """Fetches files that a message only names; their `Attachment.source` is the connector's own."""

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file. Raises a DeskError: permanent when it is gone, refused or larger than allowed."""
        ...


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


@runtime_checkable
class Transcribing(Protocol):
    """Reads the words of scans (P2)."""

    def transcribe(self, content: bytes) -> Transcript:
        """The words of one file, whatever it holds. Raises NotConfiguredError while something is missing for
        that, and TransientError when another try may help; blocks under a deadline only."""
        ...


@runtime_checkable
class Counting(Protocol):
    """Can hold what it has read against what its source holds (E5)."""

    def behind(self, cursor: str, messages: int) -> str:
        """A cursor that stands up to so many messages before the given one, in each folder."""
        ...

    def count(self) -> dict[str, tuple[int, int, int]]:
        """For each folder (validity, next id, number of messages). Raises a DeskError."""
        ...


@runtime_checkable
class KnowingOurselves(Protocol):
    """A parser that recognises what this very desk has sent, by the name in its loop headers."""

    def for_instance(self, instance: str) -> Parsing:
        """The parser of the desk with this name."""
        ...


@runtime_checkable
class KnowingSettings(Protocol):
    """A parser whose reading depends on an account's settings, such as the names of a feed's columns."""

    def for_settings(self, settings: BaseModel) -> Parsing:
        """The parser of an account with these settings."""
        ...


@runtime_checkable
class TakingFiles(Protocol):
    """A parser of a channel whose originals come as whole files, many messages each."""

    def accepted(self, name: str, content: bytes) -> Sequence[Accepted]:
        """What of a file is to be stored, whatever way it came. Never raises."""
        ...


@dataclass(frozen=True, kw_only=True)
class OutboundText:
    """What a sending connector is asked to deliver. `our_id` is stable over retries of one notification."""

    recipient: Urn
    text: str
    our_id: str
    subject: str | None = None
    report_url: str = ""


@runtime_checkable
class Sending(Protocol):
    """Delivers texts through the channel's own gateway."""

    def send(self, message: OutboundText) -> str:
        """The gateway's id of the accepted message. Raises a DeskError; blocks under a deadline only."""
        ...


@dataclass(frozen=True, kw_only=True)
class ApprovedText:
    """A text the provider has approved, standing for one of our notices. `parameters` name the notice's
    values that fill its places, in order."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()


@runtime_checkable
class SendingTemplates(Protocol):
    """Delivers texts that the provider has approved beforehand, when free ones may not leave (W7)."""

    def approved(self, notice: str) -> ApprovedText | None:
        """The approved text that the account's settings name for a notice of ours; None without one."""
        ...

    def send_template(
        self, recipient: Urn, name: str, language: str, parameters: Sequence[str], our_id: str
    ) -> str:
        """The gateway's id of the accepted message. `parameters` fill the template's places in order. Raises
        a DeskError; blocks under a deadline only."""
        ...


@runtime_checkable
class Inviting(Protocol):
    """Can answer a public post where everybody reads along: with an invitation to write in private, never
    with anything of a case's (X5)."""

    def invite(self, post: str, text: str) -> str | None:
        """The id of the public answer to a post, which is named by its external id; None where the account is
        told not to answer in public. Raises a DeskError; blocks under a deadline only."""
        ...


@runtime_checkable
class Checking(Protocol):
    """Can try its configuration without side effects."""

    def check(self) -> None:
        """Return when the account works; raise a DeskError whose text says what to fix."""
        ...


@runtime_checkable
class RotatingSecrets(Protocol):
    """Has secrets that the other side replaces, making the old ones void."""

    def take_rotated(self) -> dict[str, str]:
        """Settings replaced since the last call, by name, with their new secret values; to be stored at once,
        after every poll and check, whether it raised or not."""
        ...


@dataclass(frozen=True, kw_only=True)
class ConnectorSpec:
    """One line of the registry: how to build a channel's connector and what it must be told.

    `build(context)` returns an object with one or more of the powers above. Settings fields of type
    `SecretStr` are encrypted at rest and never shown.
    """

    channel: Channel
    settings: type[BaseModel]
    build: Callable[[ConnectorContext], object]
    parser: Callable[[], Parsing]
    polls: Callable[[Any], bool] = field(default=lambda settings: False)
    wait_seconds: float = 60.0
    deadline_seconds: float = 120.0
