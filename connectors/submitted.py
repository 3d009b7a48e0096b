"""What channels share whose originals our own pages and interfaces write: named files and typed addresses."""

import hashlib
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.messages import Attachment, Place
from domain.text import storable
from domain.urn import Urn, mail_urn, phone_urn

KEPT = "sha256:"
"""An attachment's source that names a file which is in the blob store already."""


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


def fields_at_fault(error: ValidationError) -> str:
    """The names of the fields an original gets wrong; what stands in them is not repeated."""
    return ", ".join(sorted({".".join(map(str, e["loc"])) or "JSON" for e in error.errors()}))
