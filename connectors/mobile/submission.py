"""The original of what an app or an Open311 client sent, however it was sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from pydantic import AwareDatetime, Field

from connectors.submitted import Original, SubmittedFile, addresses, place_of, submitted_message
from domain.messages import VERIFIED, Attachment, InboundMessage
from domain.text import storable
from domain.vocabulary import Channel

FINGERPRINT_HEADER = "fingerprint"
CLIENT_HEADER = "client"
_ANY_TYPE = "application/octet-stream"


class Via(StrEnum):
    """By which of the two interfaces something came."""

    API = "api"
    OPEN311 = "open311"


class Submission(Original):
    """One report or one further message, as it was sent.

    `key` is the client's own for this request (V1), `client` the name of its app key. `verified` says that
    `phone` was proven by a code. `in_reply_to` is our signed token of the case that the message belongs to.
    Coordinates are WGS 84 degrees; `media_urls` are still to be fetched.
    """

    key: str = Field(min_length=1, max_length=300)
    client: str = Field(min_length=1, max_length=40)
    via: Via
    submitted_at: AwareDatetime
    text: str
    subject: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    verified: bool = False
    district: str = ""
    neighbourhood: str = ""
    address: str = ""
    address_id: str = ""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    topic: str = ""
    hide_identity: bool = False
    in_reply_to: str = ""
    app_version: str = ""
    platform: str = ""
    locale: str = "tr"
    device_id: str = ""
    account_id: str = ""
    reported_status: str = ""
    attributes: Mapping[str, Sequence[str]] = Field(default_factory=dict)
    files: tuple[SubmittedFile, ...] = ()
    media_urls: tuple[str, ...] = ()

    @property
    def external_id(self) -> str:
        """Equal for every repetition of a request, whatever it says: the first one counts."""
        digest = hashlib.sha256(self.key.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.client}.{self.via}.{digest[:32]}"

    @property
    def fingerprint(self) -> str:
        """Tells a repetition from another request under the same key."""
        return self.digest_without("key", "submitted_at")[:32]


def message_of(submission: Submission, raw: bytes, attachments: Sequence[Attachment]) -> InboundMessage:
    """The message of an original, with these files and those that are still to be fetched."""
    return submitted_message(
        Channel.MOBILE,
        submission,
        raw,
        attachments=(*attachments, *(_to_fetch(url) for url in submission.media_urls)),
        known_as=addresses(submission.phone, submission.email),
        place=place_of(
            district=submission.district,
            neighbourhood=submission.neighbourhood,
            address=submission.address,
            latitude=submission.latitude,
            longitude=submission.longitude,
        ),
        answers=submission.in_reply_to,
        subject=submission.subject,
        marks=_marks(submission),
    )


def _to_fetch(url: str) -> Attachment:
    name = storable(url.partition("?")[0].rstrip("/").rpartition("/")[2])[-150:]
    return Attachment(name=name or "media", media_type=_ANY_TYPE, content=None, source=url)


def _marks(submission: Submission) -> dict[str, str]:
    plain = (
        "topic", "via", CLIENT_HEADER, "locale", "app_version", "platform", "device_id", "account_id",
        "address_id", "reported_status",
    )  # fmt: skip
    return {name: str(getattr(submission, name)) for name in plain} | {
        VERIFIED: "1" if submission.verified else "",
        FINGERPRINT_HEADER: submission.fingerprint,
        "attributes": json.dumps(submission.attributes, ensure_ascii=False) if submission.attributes else "",
    }
