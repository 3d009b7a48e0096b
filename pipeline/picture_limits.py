"""How much a picture may cost, and how the process that decodes it says so."""

MOST_PIXELS = 64_000_000
"""More than phones make, fewer than a bomb unpacks to."""
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
UNREADABLE = 3
UNUSABLE = 4
