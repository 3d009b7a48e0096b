"""New wordings of messages that came before: they join what they edit as history and open no case (T4).

The first wording stays in its row as it came; the edit is a row of its own in the same case, so what was said
first, and when it was changed, can always be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.messages import EDITS
from domain.vocabulary import CaseEventKind, MessageState
from pipeline.delivery import event
from pipeline.known import cases_in_force, is_open
from pipeline.work import Work
from store.models import Message
from store.records import Claimed, Outcome, Stored
from store.unit_of_work import UnitOfWork

LOOK_AGAIN = timedelta(seconds=5)
PATIENCE = timedelta(minutes=30)
"""An edit waits so long for what it edits: its files may still be on their way."""


def take_edits(uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime) -> list[Claimed]:
    """Join edits to the open case of what they edit; returns the other messages, among them the edits of
    what is unknown, somebody else's, or closed: those are looked at like any message."""
    edits = {each.id: each for each in people if EDITS in each.message.headers}
    if not edits:
        return list(people)
    here = {(each.account_id, each.message.external_id): each.id for each in people}
    originals = uow.threads.stored([_original(each) for each in edits.values()])
    cases = cases_in_force(uow, [found.case_id for found in originals.values() if found.case_id])
    rest = []
    for each in people:
        found = originals.get(_original(each)) if each.id in edits else None
        if found is None or found.id == each.id or found.sender != str(each.message.sender):
            rest.append(each)
        elif here.get(_original(each), each.id) < each.id:
            continue  # what it edits is handled first, in this very batch; the edit follows in the next one
        elif _waits(found) and now - each.received_at < PATIENCE:
            uow.queue.lend(each.id, each.attempts, now + LOOK_AGAIN)
        elif (case := cases.get(found.case_id or 0)) and is_open(case):
            _join(each, found, case.id, work, now)
        else:
            rest.append(each)
    return rest


def _original(each: Claimed) -> tuple[int, str]:
    return each.account_id, each.message.headers.get(EDITS, "")


def _waits(found: Stored) -> bool:
    return found.state in (MessageState.RECEIVED, MessageState.READY)


def _join(each: Claimed, original: Stored, case_id: int, work: Work, now: datetime) -> None:
    work.outcomes.append(Outcome(message_id=each.id, case_id=case_id))
    if each.message.text != original.text:  # a link's preview or a reaction "edits" nothing that was said
        detail: dict[str, object] = {"message": each.id, "edits": original.id}
        work.events.append(event(case_id, CaseEventKind.MESSAGE_EDITED, now, detail, "citizen"))


@dataclass(frozen=True, kw_only=True)
class Wordings:
    """A message with the edits that took its place, oldest first."""

    message: Message
    edits: tuple[Message, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """The keys of all its rows."""
        return tuple(m.id or 0 for m in (self.message, *self.edits))

    @property
    def last(self) -> Message:
        """The row with what it says now."""
        return self.edits[-1] if self.edits else self.message

    @property
    def text(self) -> str:
        """What it says now."""
        return self.last.text


def wordings(messages: Sequence[Message]) -> list[Wordings]:
    """A case's messages in order, each edit under the message it edits. An edit whose original is not among
    them stands by itself."""
    roots: dict[tuple[int, str], Message] = {}
    edits: dict[int, list[Message]] = {}
    for message in messages:
        original = _root(roots, message)
        roots[message.account_id, message.external_id] = original or message
        if original is None:
            edits[message.id or 0] = []
        else:
            edits[original.id or 0].append(message)
    return [Wordings(message=m, edits=tuple(edits[m.id or 0])) for m in messages if (m.id or 0) in edits]


def _root(roots: Mapping[tuple[int, str], Message], message: Message) -> Message | None:
    edited = message.headers.get(EDITS)
    return roots.get((message.account_id, edited)) if edited else None
