"""How much one file may cost, whoever sent it."""

from pydantic import BaseModel, ConfigDict, Field


class OcrLimits(BaseModel):
    """What the reading of one file is held to. It is handed to the child process as JSON."""

    model_config = ConfigDict(frozen=True)

    pages: int = Field(default=50, ge=1, le=500)
    seconds: int = Field(default=180, ge=5, le=240)
    pixels: int = 40_000_000  # A4 at 600 dpi has 35 million
    memory_bytes: int = 2 * 1024**3
    clear: int = Field(default=80, ge=0, le=100)
    """Mean confidence from which on a page counts as read."""
