"""What an outside CRM says of a case: done by the same functions as a unit's own word, once for each key.

A CRM speaks for the units it was given. Its word moves a case only while the case is with such a unit and has
not moved since the CRM saw what it speaks of, so that a late word, or one out of order, moves nothing back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Confidentiality,
    CrmWord,
    Queue,
    UnitOutcome,
    UnitReplyKind,
)
from pipeline.crm.envelope import case_data
from pipeline.desk import Desk
from pipeline.judgement import stored_taxonomy
from pipeline.refusal import RefusedError
from pipeline.unit_effects import Hearing, Word, close, note, obey, refused
from router.unit_replies import UnitReply
from store.models import Case, CrmImport
from store.unit_of_work import UnitOfWork

ACTOR = "crm"
CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much the clock of a CRM may be off before its words seem to come out of order."""
_MOVES = frozenset(
    {CaseEventKind.ASSIGNED, CaseEventKind.SENT_TO_REVIEW, CaseEventKind.ANSWERED,
     CaseEventKind.STATE_CHANGED, CaseEventKind.MERGED, CaseEventKind.UNLINKED}
)  # fmt: skip
_KINDS: Mapping[CrmWord, UnitReplyKind] = {
    CrmWord.RESOLVED: UnitReplyKind.RESOLVED,
    CrmWord.RETURNED: UnitReplyKind.RETURNED,
    CrmWord.ACCEPTED: UnitReplyKind.ACCEPTED,
}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Which CRM speaks, and for which units."""

    id: int
    name: str
    units: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What it said: `key` and `digest` name the call and what it brought, `occurred_at` is aware, `unit` is
    whose the case is in the CRM's eyes, where it gives it back."""

    key: str
    digest: str
    word: CrmWord
    text: str
    occurred_at: datetime
    unit: str = ""
    expected_state: CaseState | None = None


def hear(desk: Desk, caller: Caller, number: str, said: Said) -> dict[str, object]:
    """Do what was said, or say again what came of it; returns the case as it stands then.

    Raises RefusedError, by its reason: `not_found`, `conflict` (the key was used for something else),
    `restricted`, `unit`, `moved` (it is not in the state that was expected) and `late`; the last two name the
    state it is in. A refusal, too, is the same for the same key.
    """
    now = desk.now()
    with desk.uow() as uow:
        known = uow.cases.known([number]).get(number)
        if known is None:
            raise RefusedError("not_found")
        # Locked first, and read here only: it may be in another's hand, and keeping the key locks it, too.
        [case] = uow.cases.locked([known.id])
        if not uow.crm_imports.take(caller.id, said.key, known.id, said.digest, now):
            return _as_before(uow.crm_imports.of(caller.id, said.key), said)
        hearing = Hearing(desk=desk, uow=uow, taxonomy=stored_taxonomy(uow), now=now, actor=ACTOR)
        why = _do(hearing, case, caller, said)
        answer = _answer(uow, number, case, why)
        uow.crm_imports.answered(caller.id, said.key, answer)
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return _given(answer)


def _do(hearing: Hearing, case: Case, caller: Caller, said: Said) -> str | None:
    """Do it, or say why not."""
    if case.confidentiality == Confidentiality.RESTRICTED:
        return "restricted"
    if case.unit not in caller.units:
        return "unit"
    if said.expected_state and said.expected_state != case.state:
        return "moved"
    kind = _KINDS.get(said.word)
    reply = UnitReply(kind=kind, confidence=1.0, sure=True, text=said.text, unit=said.unit)
    word = Word(unit=case.unit, reply=reply, correlation_id=f"crm:{caller.name}")
    if said.word is CrmWord.NOTE:
        note(hearing, case, word)
        return None
    if refused(case, case.unit) or said.occurred_at < _moved_at(hearing.uow, case) - CLOCKS_DIFFER:
        return "late"
    if said.word is CrmWord.REJECTED:
        close(hearing, case, said.text, CaseState.REJECTED)
        return None
    return None if obey(hearing, case, word, noted=False) is UnitOutcome.DONE else "late"


def _moved_at(uow: UnitOfWork, case: Case) -> datetime:
    """When the case last took a state or a unit."""
    moves = [line.at for line in uow.cases.history(case.id or 0) if line.kind in _MOVES]
    return max(moves, default=case.opened_at)


def _answer(uow: UnitOfWork, number: str, case: Case, why: str | None) -> dict[str, object]:
    if why:
        return {"refused": why, "state": case.state}
    shown = uow.crm_feed.case(number)
    return {"case": case_data(shown) if shown else {}}


def _as_before(before: CrmImport | None, said: Said) -> dict[str, object]:
    if before is None or before.digest != said.digest:
        raise RefusedError("conflict")
    return _given(before.answer)


def _given(answer: Mapping[str, object]) -> dict[str, object]:
    if "refused" in answer:
        raise RefusedError(str(answer["refused"]), state=answer["state"])
    return dict(answer)
