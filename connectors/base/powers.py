"""What a connector may be able to do; each has one or more of these powers."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from connectors.base.values import (
    ApprovedText,
    Batch,
    OutboundText,
    Received,
    Transcript,
    WebhookRequest,
)
from domain.messages import Accepted, InboundMessage
from domain.urn import Urn


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


@runtime_checkable
class Sending(Protocol):
    """Delivers texts through the channel's own gateway."""

    def send(self, message: OutboundText) -> str:
        """The gateway's id of the accepted message. Raises a DeskError; blocks under a deadline only."""
        ...


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
