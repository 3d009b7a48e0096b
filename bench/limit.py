"""What the parts alone allow the whole to reach.

Each part costs processor time a mail: the program's own, and that of the servers that work for it. With every
core busy and nothing wasted, `cores` seconds of it are there every second, so

    limit = cores / (parse + classify + write + ring)

Nothing that the whole does besides is in it: claims, locks, look-ups, tokens, encryption, waiting for disks.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one part costs: seconds of processor time a mail, in the program and in PostgreSQL and Valkey."""

    name: str
    own: float
    servers: float = 0.0

    @property
    def cost(self) -> float:
        """Seconds of processor time a mail."""
        return self.own + self.servers

    @property
    def per_second(self) -> float:
        """Mails a second that one core gets through, its servers' work included."""
        return 1 / self.cost


def composed_limit(parts: Iterable[Part], cores: int) -> float:
    """Mails a second that these parts allow on so many cores. Raises ValueError when they cost nothing."""
    total = sum(part.cost for part in parts)
    if total <= 0:
        raise ValueError("parts that cost nothing allow anything")
    return cores / total
