"""How much one file may cost, whoever sent it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OcrLimits:
    """What the reading of one file is held to. A page counts as read from a mean confidence of `clear` on."""

    pages: int = 50
    seconds: int = 150
    pixels: int = 40_000_000  # A4 at 600 dpi has 35 million
    memory_bytes: int = 2 * 1024**3
    clear: int = 80
