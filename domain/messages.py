"""What a connector hands over: values only, whatever the channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, PlaceKind, Verdict

SCAN = "scan"
"""The header that says which attachments, by their positions with spaces between, are scans whose words are
still to be read (P2): the message waits for that."""
IDENTITY_NUMBER = "identity_number"
"""Holds the identity number that the source names for its citizen; once stored, as ciphertext."""
ILLEGIBLE = "illegible"
"""The header that says that a scan's words could not be read well: a person must look."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is, as far as it is known; coordinates are WGS 84 degrees."""

    district: str | None = None
    neighbourhood: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    kind: PlaceKind | None = None

    @property
    def tells_where(self) -> bool:
        """Whether more is known than what kind of place it is."""
        return self != type(self)(kind=self.kind)

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """The place whose fields were stored as these JSON values."""
        kind = values.get("kind")
        return cls(**{**values, "kind": PlaceKind(kind) if kind else None})


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file that came with a message. `content` is None while it is still to be fetched from `source` (an
    address only its connector understands), or when it was refused; `note` then says why."""

    name: str
    media_type: str
    content: bytes | None
    inline: bool = False
    content_id: str | None = None
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """What a gateway, or a bounce mail, says became of a notification.

    `gateway_id` is what the gateway called it when it took it; `our_id` is the id we gave it, where the
    gateway gives that back. `permanent` says that the
    address is at fault, `stopped` that its owner opted out there, `window_closed` that only a template may go
    there now. `raw` is the original.
    """

    state: DeliveryState
    gateway_id: str | None = None
    our_id: str | None = None
    recipient: Urn | None = None
    reason: str | None = None
    permanent: bool = False
    stopped: bool = False
    window_closed: bool = False
    at: datetime | None = None
    raw: bytes = b""


@dataclass(frozen=True, kw_only=True)
class PartOf:
    """That a delivery is part `number` (from 1) of `total`, under a reference of its sender's that comes
    round again. The others are waited for so long; then what is there is delivered with a mark (S4)."""

    reference: int
    total: int
    number: int
    wait: timedelta = timedelta(minutes=10)


VIRUS_CHECK = "virus_check"
"""The header of a message whose files are to be scanned before it goes on (G12)."""
RELEASED = "released"
"""The header that names the person who said that a message set aside is a case after all."""
EDITS = "edits"
"""The header by which every connector says which earlier delivery a message is the new wording of (T4)."""
ALBUM = "album"
"""The header that messages sent together have in common, whatever the connector (T4)."""


VERIFIED, BY_NUMBERS = "verified", "numbers"
"""The header by which a channel says that it has proof of who wrote, and its value where that is both numbers
of the case."""


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One delivery of one message, in the desk's own terms.

    `external_id` is unique within the account and stable across redeliveries. `content_key` is equal for the
    same message delivered to two accounts. `part` is set for a part of a long one: it waits for the others
    and is no message by itself. `quoted_spans` are (start, end) offsets into `text`: nothing is ever cut
    away, stripping is a view. `contacts` are further addresses of the sender. Datetimes are aware.
    """

    channel: Channel
    external_id: str
    text: str
    raw: bytes
    sender: Urn | None = None
    sender_name: str | None = None
    recipients: Sequence[Urn] = ()
    contacts: Sequence[Urn] = ()
    sent_at: datetime | None = None
    subject: str | None = None
    html: str | None = None
    attachments: Sequence[Attachment] = ()
    quoted_spans: Sequence[tuple[int, int]] = ()
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    place: Place | None = None
    external_reference: str | None = None
    private: bool = True
    hide_identity: bool = False
    verdict: Verdict = Verdict.ORDINARY
    content_key: str | None = None
    charset: str | None = None
    delivery_reports: Sequence[DeliveryReport] = ()
    part: PartOf | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether something slow must be read first: files that are only named, words of scans, viruses."""
        held = not {SCAN, VIRUS_CHECK}.isdisjoint(self.headers)
        return held or any(a.content is None and a.source for a in self.attachments)

    @property
    def is_forged(self) -> bool:
        """Whether the mail server that took it in found that it is not from the domain it names (DMARC,
        RFC 7489); as far as `Authentication-Results` (RFC 8601) can be believed."""
        return is_forged(self.headers)

    @property
    def own_words(self) -> str:
        """The text without what it quotes of earlier messages."""
        return own_words(self.text, self.quoted_spans)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """An original that no parser understood: kept whole, quarantined, replayable."""

    channel: Channel
    external_id: str
    raw: bytes
    error: str
    traceback: str = ""


Accepted = InboundMessage | Unreadable


def own_words(text: str, quoted_spans: Iterable[tuple[int, int]]) -> str:
    """A text without its quoted (start, end) spans, stripped."""
    kept, position = [], 0
    for start, end in sorted(quoted_spans):
        kept.append(text[position:start])
        position = max(position, end)
    kept.append(text[position:])
    return "".join(kept).strip()


def is_forged(headers: Mapping[str, str]) -> bool:
    """The same, of what is kept of a message."""
    return "dmarc=fail" in headers.get("authentication_results", "").lower()
