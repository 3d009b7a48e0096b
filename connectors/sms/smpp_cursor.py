"""Which deliveries were stored and are not known to be answered: the only memory an SMPP bind needs.

A deliver_sm has no id and no time. It is a repetition when one like it is still unanswered as far as the
server may know, and a new message otherwise: two equal texts a minute apart stay two (S2).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from domain.errors import PermanentError

_REPEATED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """For each digest the id its message was stored under and when, aware."""

    known: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str) -> Self:
        """What a cursor says; nothing for an empty one. Raises PermanentError for one not written here."""
        try:
            stored = json.loads(cursor or "{}")
            return cls(known={d: (str(i), _aware(at)) for d, (i, at) in stored.items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise PermanentError("The stored cursor of this account cannot be read") from error

    def write(self) -> str:
        """The cursor to store; empty when nothing is open."""
        stored = {digest: (identifier, at.isoformat()) for digest, (identifier, at) in self.known.items()}
        return json.dumps(stored) if stored else ""

    def without(self, answered: Iterable[str], now: datetime) -> "Unanswered":
        """The rest, once these are known to be answered, and without what no server repeats any more."""
        gone = set(answered)
        return Unanswered(
            known={
                digest: (identifier, at)
                for digest, (identifier, at) in self.known.items()
                if digest not in gone and now - at < _REPEATED_WITHIN
            }
        )

    def met(self, digest: str, now: datetime) -> tuple["Unanswered", str]:
        """The memory with one more delivery, and the id to store it under: the old one of a repetition."""
        if digest in self.known:
            return self, self.known[digest][0]
        identifier = f"smpp:{digest}:{now.isoformat()}"
        return Unanswered(known={**self.known, digest: (identifier, now)}), identifier


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
