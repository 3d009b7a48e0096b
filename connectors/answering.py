"""The contract of a channel that answers a question about a case in the very call that asks it.

It touches no database either: it hands over what is asked, and is handed what may be said.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.base import WebhookReply, WebhookRequest
from domain.vocabulary import CaseState, Telling


@dataclass(frozen=True, kw_only=True)
class CaseQuestion:
    """Somebody asks how a case stands. `number` has a right check digit; `caller` is who is limited, empty
    when withheld; `turn` is the channel's own."""

    number: str
    caller: str
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseAnswer:
    """All that may be said: nothing of content, person or unit. `state` and `due_at` (aware) come with
    Telling.STANDING only; a case that is closed, or late, has no due time to tell."""

    telling: Telling
    state: CaseState | None = None
    due_at: datetime | None = None


@runtime_checkable
class Answering(Protocol):
    """Is called with questions."""

    def question(self, request: WebhookRequest) -> CaseQuestion | WebhookReply:
        """What is asked, or the reply where nothing needs to be looked up. A wrong signature raises
        SignatureRejectedError before the body is looked at."""
        ...

    def answer(self, question: CaseQuestion, found: CaseAnswer) -> WebhookReply:
        """The reply that says it."""
        ...
