"""What a drop folder's account is told, and what a look into the folder brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.drop_settling import Fingerprint
from domain.errors import DeskError

NEW, CLAIMED, DONE, REFUSED = "yeni", "islemde", "arsiv", "sorunlu"


class Keep(StrEnum):
    """What becomes of a file once it is stored."""

    ARCHIVE = "archive"
    REMOVE = "remove"


class DropSettings(BaseModel):
    """What an account that reads a drop folder is told; channels add their own."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    folder: Path = Field(description="holds yeni/, islemde/, arsiv/ and sorunlu/; files are put into yeni/")
    settle_seconds: float = Field(default=5.0, ge=0, le=3600, description="unchanged for so long is whole")
    keep: Keep = Field(default=Keep.ARCHIVE, description="archive or remove files that are stored")
    sidecars: tuple[str, ...] = Field(default=(), description="endings of files that describe another one")
    max_file_bytes: int = Field(default=100 * 1024 * 1024, ge=1, description="larger files are refused")
    batch_files: int = Field(default=20, ge=1, le=500)
    batch_bytes: int = Field(default=64 * 1024 * 1024, ge=1)


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A claimed file: its name as it was put there, where it lies now, its bytes and their SHA-256.

    `sidecar` are the bytes of the file that describes it, if there is one.
    """

    name: str
    path: Path
    content: bytes
    sha256: str
    fingerprint: Fingerprint
    sidecar_name: str = ""
    sidecar: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Haul:
    """What one look brought, oldest first: the files, how many more are whole, and what somebody must
    see to."""

    files: Sequence[Dropped] = ()
    left: int = 0
    trouble: DeskError | None = None
