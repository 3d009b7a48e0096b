"""What a citizen may expect of the time of a case."""

from dataclasses import dataclass
from datetime import datetime

EVERYWHERE = ""
"""Stands for the whole city where a measure is by district."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A case's times in UTC, and the working days most cases of its topic take; None where too few were
    closed, or where somebody has given this one other times."""

    opened_at: datetime
    due_at: datetime
    usual_days: int | None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """By when a case is expected to be closed, in UTC; `usual_days` working days where that is by
    experience, None where it is by the promise."""

    at: datetime
    usual_days: int | None = None
