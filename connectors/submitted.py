"""What channels share whose originals our own pages and interfaces write: their files, reading, message."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import UnreadableMessageError
from domain.messages import Attachment, InboundMessage, Place
from domain.text import storable
from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Channel

KEPT = "sha256:"
"""An attachment's source that names a file which is in the blob store already."""


class Original(BaseModel):
    """What was submitted. Every channel declares its fields itself: ids are hashes of them in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def read(cls, raw: bytes, of: str) -> Self:
        """The original in what was kept. Raises UnreadableMessageError, which names the fields at fault; what
        stands in them is not repeated. `of` is whose original it should be."""
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            faults = sorted({".".join(map(str, e["loc"])) or "JSON" for e in error.errors()})
            raise UnreadableMessageError(f"not an original of {of}: {', '.join(faults)}") from error

    @property
    def raw(self) -> bytes:
        """The original that is kept: canonical JSON in UTF-8, with files named by their hash."""
        return self.model_dump_json().encode()

    def digest_without(self, *fields: str) -> str:
        """A hash of all that was submitted but these fields."""
        return hashlib.sha256(self.model_dump_json(exclude=set(fields)).encode()).hexdigest()


class SubmittedFile(BaseModel):
    """A file as it was sent along: its given name, the type found in its content, its size in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    media_type: str
    size: int
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @property
    def named(self) -> Attachment:
        """The file as an original names it: its content is in the blob store."""
        return Attachment(
            name=self.name, media_type=self.media_type, content=None, source=f"{KEPT}{self.sha256}"
        )


def submitted_file(name: str, media_type: str, content: bytes) -> SubmittedFile:
    """What the original says of a file."""
    digest = hashlib.sha256(content).hexdigest()
    return SubmittedFile(name=storable(name), media_type=media_type, size=len(content), sha256=digest)


def with_content(files: Iterable[SubmittedFile], contents: Sequence[bytes]) -> list[Attachment]:
    """The files with their contents, which are in the same order."""
    return [
        Attachment(name=file.name, media_type=file.media_type, content=content)
        for file, content in zip(files, contents, strict=True)
    ]


def addresses(phone: str, email: str) -> tuple[Urn, ...]:
    """The addresses a citizen gave, the phone first; what is no address is left out."""
    return tuple(urn for urn in (phone_urn(phone), mail_urn(email)) if urn)


def place_of(
    *,
    district: str,
    address: str,
    neighbourhood: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> Place | None:
    """Where something is, as it was written (WGS 84 degrees); None when nothing was."""
    place = Place(
        district=storable(district) or None,
        neighbourhood=storable(neighbourhood) or None,
        address=storable(address) or None,
        latitude=latitude,
        longitude=longitude,
    )
    return None if place == Place() else place


class Submitted(Protocol):
    """What every original says that becomes a message."""

    @property
    def external_id(self) -> str: ...
    @property
    def submitted_at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def hide_identity(self) -> bool: ...


def submitted_message(
    channel: Channel,
    given: Submitted,
    raw: bytes,
    *,
    attachments: Iterable[Attachment],
    known_as: Sequence[Urn],
    place: Place | None,
    marks: Mapping[str, str],
    answers: str = "",
    subject: str = "",
) -> InboundMessage:
    """The message of an original. Its sender is the first address that it is `known_as`; `answers` is our own
    signed mark of the case that it adds to; `marks` become its headers, except for empty ones."""
    return InboundMessage(
        channel=channel,
        external_id=given.external_id,
        text=storable(given.text),
        subject=storable(subject) or None,
        raw=raw,
        sender=known_as[0] if known_as else None,
        contacts=tuple(known_as[1:]),
        sender_name=storable(given.name) or None,
        sent_at=given.submitted_at,
        attachments=tuple(attachments),
        in_reply_to=storable(answers) or None,
        place=place,
        hide_identity=given.hide_identity,
        charset="utf-8",
        headers={name: storable(value) for name, value in marks.items() if value},
    )
