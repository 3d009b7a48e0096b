"""What an account that takes scans from a drop folder is told."""

import re
from typing import Self

from pydantic import Field, model_validator

from connectors.drop_folder import DropSettings
from connectors.ocr.limits import OcrLimits

GROUPS = frozenset({"number", "name", "time", "archive", "pages"})
"""What a file's name may tell, as the named groups of the pattern."""


class ScanSettings(DropSettings):
    """A drop folder of scans. The pattern is tried on the whole name of a file, without its ending."""

    name_pattern: str = Field(default="", description="what file names tell: (?P<number>..), time, name, ...")
    time_format: str = Field(default="%Y%m%d%H%M%S", description="how the pattern's time is written")
    sidecars: tuple[str, ...] = Field(default=(".json", ".txt"), description="endings of describing files")
    separators: bool = Field(default=True, description="split files at separator sheets")
    page_limit: int = Field(default=50, ge=1, le=500, description="pages of one letter that are read")
    seconds: int = Field(default=150, ge=5, le=150, description="so long one letter may take to be read")
    clear_from: int = Field(default=80, ge=0, le=100, description="surer pages need no review")

    @property
    def limits(self) -> OcrLimits:
        """What the reading of one letter is held to."""
        return OcrLimits(pages=self.page_limit, seconds=self.seconds, clear=self.clear_from)

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        try:
            groups = set(re.compile(self.name_pattern).groupindex)
        except re.error as error:
            raise ValueError(f"name_pattern: {error}") from None
        if unknown := groups - GROUPS:
            raise ValueError(
                f"name_pattern: {', '.join(sorted(unknown))} is none of {', '.join(sorted(GROUPS))}"
            )
        if any(not ending.startswith(".") or ending != ending.lower() for ending in self.sidecars):
            raise ValueError("sidecars: endings in small letters with their dot, such as .json")
        return self


class FaxSettings(ScanSettings):
    """The same for faxes, which nobody lays separator sheets between."""

    separators: bool = Field(default=False, description="split files at separator sheets")
