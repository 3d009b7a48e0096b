"""Notifications as values, and the order their states may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.urn import Urn
from domain.vocabulary import DeliveryState, Medium, NotificationState, Priority, Template

_N = NotificationState
_RANK = {_N.OWED: 0, _N.SENDING: 1, _N.SENT: 2, _N.DELIVERED: 3, _N.FAILED: 4, _N.SUPPRESSED: 4}


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One notice to one recipient. `due_at` is aware UTC: it leaves then, not earlier.

    `dedupe_key` is unique for ever: owing the same notice twice keeps one. `values` are what its template
    needs beside the case; a security number is never among them, it is decrypted at the moment of sending.
    `account_id` is the channel account it should leave by, where that matters. `automatic` notices answer a
    citizen's mail by themselves and count against the loop caps.
    """

    medium: Medium
    recipient: Urn
    template: Template
    due_at: datetime
    dedupe_key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    account_id: int | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    message_id: str | None = None
    automatic: bool = True
    fallback_of: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """The words of a notice: what a transport sends. SMS has a text only; `facts` are what a letter shows in
    a box of its own, by the names of its paper."""

    text: str
    subject: str | None = None
    html: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def advanced(current: NotificationState, report: DeliveryState) -> NotificationState:
    """The state after a delivery report: the later of the two in `sent < delivered < failed`.

    Reports come in any order and more than once; taking the later one gives the same end for every order.
    """
    wanted = NotificationState(report.value)
    return wanted if _RANK[wanted] > _RANK[current] else current
